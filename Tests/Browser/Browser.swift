import Foundation
import Testing

/// A Chromium without a window, and a folder of pages for it.
struct Browser {
  /// The program, where the environment names one.
  static let path = ProcessInfo.processInfo.environment["EARNED_TEST_CHROMIUM"]

  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "earned-browser-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  func write(_ page: [UInt8], as name: String) throws -> String {
    try Data(page).write(to: folder.appending(path: name))
    return name
  }

  /// Opens the pages in frames of these widths and returns what the inspection found.
  func problems(of pages: [String], widths: [Int], dark: Bool) throws -> [String] {
    let frames = pages.flatMap { page in
      widths.map {
        "<iframe name=\"\(page) at \($0)\" src=\"\(page)\" style=\"width:\($0)px;height:900px;border:0\"></iframe>"
      }
    }
    let inspection = """
      <!DOCTYPE html><meta charset="utf-8"><title>Inspection</title><pre id="result">not run</pre>
      \(frames.joined(separator: "\n"))
      <script>\(Self.inspection)</script>
      """
    _ = try write(Array(inspection.utf8), as: "inspection.html")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(Self.path))
    process.arguments = [
      "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
      "--blink-settings=preferredColorScheme=\(dark ? 0 : 1)", "--user-data-dir=\(folder.path)/profile",
      "--virtual-time-budget=20000", "--dump-dom", folder.appending(path: "inspection.html").absoluteString,
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let result = try #require(text.split(separator: "<pre id=\"result\">").last?.split(separator: "</pre>").first)
    return result.split(separator: "\n").map(String.init).filter { $0 != (dark ? "dark" : "light") }
  }

  func close() {
    do {
      try FileManager.default.removeItem(at: folder)
    } catch {
      Issue.record("The folder \(folder.path) is left behind: \(error)")
    }
  }

  /// Looks at every frame: does anything stick out, can text be told from its ground, is everything named.
  private static let inspection = #"""
    const found = [];
    function luminance([r, g, b]) {
      const part = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
      return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
    }
    const color = text => text.match(/[\d.]+/g).map(Number);
    function ground(element, view) {
      for (let e = element; e; e = e.parentElement) {
        const c = color(view.getComputedStyle(e).backgroundColor);
        if (c.length < 4 || c[3] > 0) return c;
      }
      return [255, 255, 255];
    }
    function inspect(frame) {
      const document = frame.contentDocument, view = frame.contentWindow;
      const say = text => found.push(frame.name + ": " + text);
      if (!document.querySelector("main")) return say("did not load");
      const root = document.documentElement;
      if (root.scrollWidth > view.innerWidth) say("is " + root.scrollWidth + " wide");
      if (document.querySelectorAll("h1").length !== 1) say("has not one heading");
      if (!document.title || !root.lang) say("has no title or language");
      for (const e of document.querySelectorAll("select, input:not([type=hidden])"))
        if (!e.labels.length || !e.labels[0].textContent.trim()) say("has an unnamed field " + e.name);
      for (const e of document.querySelectorAll("th"))
        if (!e.scope) say("has a heading without scope: " + e.textContent);
      for (const e of document.querySelectorAll("table"))
        if (!e.caption) say("has a table without caption");
      for (const e of document.querySelectorAll("svg"))
        if (e.getAttribute("role") !== "img" || !e.querySelector("title") || !e.querySelector("desc")) say("has a mute image");
      for (const e of document.querySelectorAll(".scroll"))
        if (e.tabIndex !== 0 || !e.getAttribute("aria-label")) say("has a region that no keyboard reaches");
      for (const e of document.querySelectorAll("a, button, select")) {
        const box = e.getBoundingClientRect();
        if (box.height < 20 && getComputedStyle(e).display !== "inline") say("has a small target: " + e.textContent);
      }
      for (const e of document.querySelectorAll("body *")) {
        if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
        if (["STYLE", "TITLE", "DESC", "OPTION", "title", "desc"].includes(e.tagName)) continue;
        const style = view.getComputedStyle(e);
        const ink = color(e.namespaceURI.endsWith("svg") ? style.fill : style.color);
        const [a, b] = [luminance(ink), luminance(ground(e, view))].sort((x, y) => y - x);
        if ((a + 0.05) / (b + 0.05) < 4.5) say("is hard to read: " + e.textContent.trim().slice(0, 30));
      }
    }
    addEventListener("load", () => {
      for (const frame of document.querySelectorAll("iframe")) inspect(frame);
      found.push(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
      document.getElementById("result").textContent = [...new Set(found)].join("\n");
    });
    """#
}

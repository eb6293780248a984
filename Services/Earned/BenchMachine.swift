import Foundation

/// What a measurement ran on, without which its figures say little.
enum BenchMachine {
  /// The machine and the build, as a sentence.
  static var sentence: String {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let memory = ProcessInfo.processInfo.physicalMemory / 1_073_741_824
    return "\(cores) cores of \(processor), \(memory) GB, \(ProcessInfo.processInfo.operatingSystemVersionString), "
      + "\(build) build"
  }

  private static var processor: String {
    // Where the system does not say, the number of cores must do.
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces) ?? "an unnamed processor"
  }

  private static var build: String {
    #if DEBUG
      "debug"
    #else
      "release"
    #endif
  }
}

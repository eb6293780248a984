import Foundation
import Recognition
import Testing

@Suite("Every refusal is in the catalog")
struct RefusalTests {
  @Test("The documentation lists each code with its meaning and what to do", arguments: RefusalCode.allCases)
  func documented(_ code: RefusalCode) throws {
    let readme = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Shared/Recognition/README.md")
    let text = try String(contentsOf: readme, encoding: .utf8)
    #expect(text.contains("| `\(code.rawValue)` | \(code.meaning) | \(code.remedy) |"))
  }
}

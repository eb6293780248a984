import Foundation

/// Text as rules compare it: Unicode NFKC, ignoring case.
enum TextFolding {
  /// The folded text.
  static func fold(_ text: String) -> String {
    // Of ASCII, only the capital letters change.
    if text.utf8.allSatisfy({ $0 < 0x80 }) {
      return text.utf8.contains { $0 >= 0x41 && $0 <= 0x5A } ? text.lowercased() : text
    }
    return text.precomposedStringWithCompatibilityMapping.folding(options: .caseInsensitive, locale: nil)
      .precomposedStringWithCompatibilityMapping
  }
}

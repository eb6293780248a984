extension [BookState?] {
  /// How many books are worth a second core.
  private static let worthSharing = 512
  /// How many books a core takes at a time.
  private static let share = 256

  /// Steps the books at these places, on as many cores as there are; books know nothing of each other. Gives each book's step,
  /// share by share in the order of the places, of which none may come twice.
  mutating func steps(of places: [Int], _ configuration: Configuration) -> [[BookStep]] {
    if places.count < Self.worthSharing {
      return [places.compactMap { self[$0]?.step(configuration) }]
    }
    return withUnsafeMutableBufferPointer { books in
      // Each share writes to books that no other share touches.
      nonisolated(unsafe) let books = books
      return places.inParallel(sharesOf: Self.share) { $0.compactMap { books[$0]?.step(configuration) } }
    }
  }
}

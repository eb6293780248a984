import Dispatch

extension [BookState?] {
  /// How many books are worth a second core.
  private static let worthSharing = 512
  /// How many books a core takes at a time.
  private static let share = 256

  /// Steps the books at these places, on as many cores as there are; books know nothing of each other. Gives each book's step, in
  /// the order of the places, of which none may come twice.
  mutating func steps(of places: [Int], _ configuration: Configuration) -> [BookStep] {
    if places.count < Self.worthSharing {
      return places.compactMap { self[$0]?.step(configuration) }
    }
    let shares = (places.count + Self.share - 1) / Self.share
    var found = [[BookStep]](repeating: [], count: shares)
    withUnsafeMutableBufferPointer { books in
      found.withUnsafeMutableBufferPointer { found in
        // Each share writes to books and to a place in the result that no other share touches.
        nonisolated(unsafe) let books = books
        nonisolated(unsafe) let found = found
        DispatchQueue.concurrentPerform(iterations: shares) { share in
          let end = Swift.min(places.count, (share + 1) * Self.share)
          found[share] = places[share * Self.share..<end].compactMap { books[$0]?.step(configuration) }
        }
      }
    }
    return Array<BookStep>(found.joined())
  }
}

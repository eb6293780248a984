import Dispatch

/// What a function gives for 0, 1, 2 … below a count, in this order, computed on as many cores as there are.
func inParallel<Result>(_ count: Int, _ body: (Int) -> Result) -> [Result] {
  guard count > 1 else { return (0..<count).map(body) }
  return [Result](unsafeUninitializedCapacity: count) { results, initialized in
    // Each call has a place of its own in the results, and the body is not used after this.
    nonisolated(unsafe) let results = results
    nonisolated(unsafe) let body = body
    DispatchQueue.concurrentPerform(iterations: count) { results.initializeElement(at: $0, to: body($0)) }
    initialized = count
  }
}

extension Array {
  /// What a function gives for each share of so many elements, in order, computed on as many cores as there are.
  public func inParallel<Result>(sharesOf size: Int, _ body: (ArraySlice<Element>) -> Result) -> [Result] {
    Recognition.inParallel((count + size - 1) / size) { share in
      body(self[share * size..<Swift.min(count, (share + 1) * size)])
    }
  }
}

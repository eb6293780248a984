/// Gives each key a number, the same one each time. Keys that come together are numbered on as many cores as there are.
struct Numbering<Key: Hashable & Sendable>: Sendable {
  /// By shard, so that cores do not wait for each other.
  private var numbers = [[Key: Int]](repeating: [:], count: shardCount)

  /// Every number lies below.
  var end: Int { (numbers.lazy.map(\.count).max() ?? 0) * shardCount }

  /// The number of a key; nil if it has none.
  /// - Parameter name: what it was named in its bunch.
  func known(_ key: Key, named name: String) -> Int? { numbers[shard(of: name)][key] }

  /// The numbers of keys: bunch by bunch, one after the other.
  /// - Parameter expected: about how many of them are new.
  mutating func number(_ bunches: [Bunch<Key>], new expected: Int) -> [Int] {
    [Int](unsafeUninitializedCapacity: bunches.reduce(0) { $0 + $1.count }) { found, count in
      numbers.withUnsafeMutableBufferPointer { numbers in
        // Each shard is written by one core, and so is the number of each key, which belongs to one shard.
        nonisolated(unsafe) let numbers = numbers
        nonisolated(unsafe) let found = found
        let write = { (shard: Int) in
          if expected > shardCount { numbers[shard].reserveCapacity(numbers[shard].count + expected / shardCount) }
          var start = 0
          for bunch in bunches {
            for (key, place) in bunch.shards[shard] {
              found.initializeElement(at: start + place, to: Self.number(of: key, shard, &numbers[shard]))
            }
            start += bunch.count
          }
        }
        if bunches.count > 1 { _ = inParallel(shardCount, write) } else { (0..<shardCount).forEach(write) }
      }
      count = found.count
    }
  }

  /// The key is hashed once, whether it is new or not.
  private static func number(of key: Key, _ shard: Int, _ numbers: inout [Key: Int]) -> Int {
    func read(_ number: inout Int) -> Int { number }
    let next = numbers.count * shardCount + shard
    return read(&numbers[key, default: next])
  }
}

/// Keys that are numbered together, divided by their names.
struct Bunch<Key> {
  fileprivate var shards = [[(key: Key, place: Int)]](repeating: [], count: shardCount)
  /// How many there are.
  private(set) var count = 0

  /// Adds a key.
  /// - Parameter name: what mostly tells one key from another.
  mutating func append(_ key: Key, named name: String) {
    shards[shard(of: name)].append((key, count))
    count += 1
  }
}

/// Into how many dictionaries keys are divided.
private let shardCount = 8

private func shard(of name: String) -> Int {
  Int(name.utf8.reduce(UInt8(0)) { $0 &* 31 &+ $1 } % UInt8(shardCount))
}

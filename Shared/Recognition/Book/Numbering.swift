/// Gives each key a number, the same one each time. Keys that come together are numbered on as many cores as there are.
struct Numbering<Key: Hashable & Sendable>: Sendable {
  /// Into how many dictionaries keys are divided, so that cores do not wait for each other.
  private static var shards: Int { 8 }

  private var numbers = [[Key: Int]](repeating: [:], count: Self.shards)
  /// What mostly tells one key from another.
  private let name: @Sendable (Key) -> String

  /// - Parameter name: what mostly tells one key from another.
  init(by name: @escaping @Sendable (Key) -> String) {
    self.name = name
  }

  /// Every number lies below.
  var end: Int { (numbers.lazy.map(\.count).max() ?? 0) * Self.shards }

  /// The number of a key; nil if it has none.
  func known(_ key: Key) -> Int? { numbers[Self.shard(name(key))][key] }

  /// The numbers of keys: list by list, one after the other.
  /// - Parameter expected: about how many of them are new.
  mutating func number(_ lists: [[Key]], new expected: Int) -> [Int] {
    let name = name
    let shards = inParallel(lists.count) { list in lists[list].map { Self.shard(name($0)) } }
    return [Int](unsafeUninitializedCapacity: lists.reduce(0) { $0 + $1.count }) { found, count in
      numbers.withUnsafeMutableBufferPointer { numbers in
        // Each shard is written by one core, and so is the number of each key, which belongs to one shard.
        nonisolated(unsafe) let numbers = numbers
        nonisolated(unsafe) let found = found
        let write = { (shard: Int) in
          if expected > Self.shards { numbers[shard].reserveCapacity(numbers[shard].count + expected / Self.shards) }
          var place = 0
          for (keys, shards) in zip(lists, shards) {
            for index in keys.indices where shards[index] == shard {
              found.initializeElement(at: place + index, to: Self.number(of: keys[index], shard, &numbers[shard]))
            }
            place += keys.count
          }
        }
        if lists.count > 1 { _ = inParallel(Self.shards, write) } else { (0..<Self.shards).forEach(write) }
      }
      count = found.count
    }
  }

  /// The key is hashed once, whether it is new or not.
  private static func number(of key: Key, _ shard: Int, _ numbers: inout [Key: Int]) -> Int {
    func read(_ number: inout Int) -> Int { number }
    let next = numbers.count * shards + shard
    return read(&numbers[key, default: next])
  }

  private static func shard(_ name: String) -> Int {
    Int(name.utf8.reduce(UInt8(0)) { $0 &* 31 &+ $1 } & UInt8(shards - 1))
  }
}

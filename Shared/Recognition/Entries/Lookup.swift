/// Values by key. Books are small, and a few keys are found faster by looking at each than by hashing; many are hashed.
struct Lookup<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private static var linearLimit: Int { 16 }

  private(set) var keys: [Key] = []
  private var values: [Value] = []
  /// The place of each key, once there are many.
  private var places: [Key: Int] = [:]

  /// The value of a key. A value is replaced, never removed.
  subscript(key: Key) -> Value? {
    get { place(of: key).map { values[$0] } }
    set {
      guard let newValue else { preconditionFailure("a value is replaced, never removed") }
      if let place = place(of: key) {
        values[place] = newValue
        return
      }
      keys.append(key)
      values.append(newValue)
      if keys.count > Self.linearLimit {
        places[key] = keys.count - 1
      } else if keys.count == Self.linearLimit {
        for (place, key) in keys.enumerated() { places[key] = place }
      }
    }
  }

  /// The keys whose values fulfill a condition, in the order in which they came.
  func keys(where holds: (Value) -> Bool) -> [Key] {
    values.indices.filter { holds(values[$0]) }.map { keys[$0] }
  }

  private func place(of key: Key) -> Int? {
    keys.count < Self.linearLimit ? keys.firstIndex(of: key) : places[key]
  }
}

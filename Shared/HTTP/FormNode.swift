/// One step of a form's key.
enum FormStep: Hashable {
  case member(String)
  case index(Int)
  case next
}

/// A part of a form while its pairs come in.
indirect enum FormNode {
  case text(String)
  /// The values of a key that was repeated.
  case repeated([String])
  case container(Container)

  struct Container {
    /// The children in the order they came.
    var children: [FormNode] = []
    var steps: [FormStep] = []
    var places: [FormStep: Int] = [:]
    /// One more than the highest index so far.
    var nextIndex = 0
  }

  static func object() -> FormNode { .container(Container()) }

  /// Puts a value where the steps lead; false if something else is there already.
  mutating func insert(_ value: String, at steps: ArraySlice<FormStep>) -> Bool {
    guard let step = steps.first else {
      switch self {
      case .text(let first): self = .repeated([first, value])
      case .repeated(var values):
        self = .text("")
        values.append(value)
        self = .repeated(values)
      case .container: return false
      }
      return true
    }
    guard case .container(var container) = self else { return false }
    // So that the children are changed where they are, and not copied for each pair.
    self = .text("")
    defer { self = .container(container) }
    return container.insert(value, at: step, then: steps.dropFirst())
  }

  /// Whether the steps lead to a value that is there; the next element of a list never is.
  fileprivate func has(_ steps: ArraySlice<FormStep>) -> Bool {
    guard let step = steps.first else { return true }
    guard step != .next, case .container(let container) = self, let place = container.places[step] else { return false }
    return container.children[place].has(steps.dropFirst())
  }

  /// What has come in: objects in order of arrival, lists in order of index.
  var value: FormValue {
    switch self {
    case .text(let text): return .text(text)
    case .repeated(let values): return .list(values.map(FormValue.text))
    case .container(let container):
      let members = zip(container.steps, container.children)
      var indexed: [(index: Int, value: FormValue)] = []
      var named: [FormValue.Member] = []
      for (step, child) in members {
        switch step {
        case .member(let name): named.append(FormValue.Member(name: name, value: child.value))
        case .index(let index): indexed.append((index, child.value))
        case .next: preconditionFailure("An element of a form's list has no index.")
        }
      }
      if named.isEmpty && !indexed.isEmpty { return .list(indexed.sorted { $0.index < $1.index }.map(\.value)) }
      return .object(named)
    }
  }
}

extension FormNode.Container {
  fileprivate mutating func insert(_ value: String, at step: FormStep, then rest: ArraySlice<FormStep>) -> Bool {
    var step = step
    if step == .next {
      // The last element goes on until one of its keys comes again.
      let last = nextIndex - 1
      let isOpen = !rest.isEmpty && last >= 0 && places[.index(last)].map { !children[$0].has(rest) } ?? false
      step = .index(isOpen ? last : nextIndex)
    }
    // A container is a list or an object, not both.
    if let first = steps.first, first.isIndex != step.isIndex { return false }
    if let place = places[step] { return children[place].insert(value, at: rest) }
    if case .index(let index) = step { nextIndex = max(nextIndex, index + 1) }
    places[step] = children.count
    steps.append(step)
    children.append(rest.isEmpty ? .text(value) : .object())
    return rest.isEmpty || children[children.count - 1].insert(value, at: rest)
  }
}

extension FormStep {
  fileprivate var isIndex: Bool {
    if case .index = self { return true }
    return false
  }
}

import Messages

/// What facts that arrive together speak of: every reference by its number, so that books are found without looking at it again.
struct Mentions {
  /// What one fact speaks of, by number.
  struct Mentioned {
    /// What links it to a book.
    let links: ArraySlice<Int>
    /// The subscriptions it follows, once a contract claims them.
    let follows: ArraySlice<Int>
    /// Whether what follows a subscription may have to share its book.
    let leads: Bool
    /// Whether it may change how usage is counted.
    let isOfUsage: Bool
  }

  /// Where the numbers of a fact end.
  private struct Ends {
    let links: Int
    let follows: Int
    let leads: Bool
    let isOfUsage: Bool
  }

  /// How many facts a core takes at a time.
  static let share = 2_048

  private let numbers: [Int]
  private var ends: [Ends] = []

  /// Numbers what facts speak of.
  init(of facts: [BookFact], _ numbering: inout Numbering<Reference>) {
    let found = facts.inParallel(sharesOf: Self.share) { facts in
      var references = Bunch<Reference>()
      var ends: [Ends] = []
      ends.reserveCapacity(facts.count)
      var spokenOf = References()
      for place in facts.indices {
        spokenOf.clear()
        find(&spokenOf, of: facts[place].fact)
        for reference in spokenOf.all { references.append(reference, named: reference.id) }
        let links = references.count
        for reference in spokenOf.follows { references.append(reference, named: reference.id) }
        ends.append(
          Ends(
            links: links, follows: references.count, leads: spokenOf.leads,
            isOfUsage: UsageCounting.counts(facts[place].fact, speakingOf: spokenOf)))
      }
      return (references: references, ends: ends)
    }
    numbers = numbering.number(found.map(\.references), new: facts.count * 3 / 2)
    ends.reserveCapacity(facts.count)
    var start = 0
    for share in found {
      for end in share.ends {
        ends.append(
          Ends(
            links: start + end.links, follows: start + end.follows, leads: end.leads, isOfUsage: end.isOfUsage))
      }
      start += share.references.count
    }
  }

  /// What the fact at a place speaks of.
  subscript(place: Int) -> Mentioned {
    let (start, end) = (place == 0 ? 0 : ends[place - 1].follows, ends[place])
    return Mentioned(
      links: numbers[start..<end.links], follows: numbers[end.links..<end.follows], leads: end.leads,
      isOfUsage: end.isOfUsage)
  }
}

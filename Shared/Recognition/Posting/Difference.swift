import Accounting

/// What must be posted so that what was posted becomes what is expected: an entry of an open period in that period, one of a
/// closed period as a correction in the first open one. Entries of different subjects, pairs or causes are never netted.
/// - Parameter closedThrough: the last closed period, if any is closed.
public func difference(
  expected: [EntryRun], posted: PostedState, closedThrough: AccountingPeriod?
) -> [EntryRun] {
  if posted.runs.isEmpty, closedThrough == nil {
    // Hardly ever is there anything to leave out, and then nothing is copied.
    let isNothing = { (run: EntryRun) in run.amounts.allSatisfy { $0 == 0 } }
    return expected.contains(where: isNothing) ? expected.filter { !isNothing($0) } : expected
  }
  var sums = PostedState(expected)
  for run in posted.runs { sums.add(run, times: -1) }
  var result: [EntryRun] = []
  for run in sums.runs {
    var open = run
    if let closedThrough, run.from <= closedThrough {
      let closed = min(run.from.distance(to: closedThrough) + 1, run.amounts.count)
      for (index, amount) in run.amounts[..<closed].enumerated() where amount != 0 {
        var correction = run
        correction.from = closedThrough.advanced(by: 1)
        correction.amounts = [amount]
        correction.originalPeriod = run.from.advanced(by: index)
        result.append(correction.oriented)
      }
      open.amounts.removeFirst(closed)
      open.from = run.from.advanced(by: closed)
    }
    if let trimmed = open.trimmed { result.append(trimmed.oriented) }
  }
  return result
}

extension EntryRun {
  /// The run without zeros at its ends, or nil if nothing is left.
  var trimmed: EntryRun? {
    guard let first = amounts.firstIndex(where: { $0 != 0 }), let last = amounts.lastIndex(where: { $0 != 0 }) else {
      return nil
    }
    if first == 0, last == amounts.count - 1 { return self }
    var run = self
    run.from = from.advanced(by: first)
    run.amounts = Array(amounts[first...last])
    return run
  }

  /// The run with its pair turned so that an amount is above zero: an entry that takes back another names the accounts the
  /// other way round. Where signs differ, the pair stays.
  var oriented: EntryRun {
    guard !amounts.contains(where: { $0 > 0 }) else { return self }
    var run = self
    (run.debit, run.credit) = (credit, debit)
    run.amounts = amounts.map { -$0 }
    return run
  }
}

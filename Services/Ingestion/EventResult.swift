import HTTP
import JSON

/// What one event of a request came to.
struct EventResult: Sendable {
  let id: String?
  let source: String?
  var result: Submission.Result

  init(id: String?, source: String?, _ result: Submission.Result) {
    self.id = id
    self.source = source
    self.result = result
  }

  var json: [UInt8] {
    var writer = JSONWriter()
    write(to: &writer)
    return writer.bytes
  }

  private func write(to writer: inout JSONWriter) {
    writer.object {
      $0.member("object", "event")
      $0.member("id", id)
      $0.member("source", source)
      switch result {
      case .accepted: $0.member("status", "accepted")
      case .duplicate: $0.member("status", "duplicate")
      case .refused(let problem):
        $0.member("status", "refused")
        $0.member("error", object: { Self.write(problem, to: &$0) })
      }
    }
  }

  private static func write(_ problem: HTTPProblem, to writer: inout JSONWriter) {
    writer.member("type", problem.kind.rawValue)
    writer.member("code", problem.code)
    writer.member("message", problem.message)
    writer.member("param", problem.param)
  }

  /// The answer to a batch: a result for each event, in its order. If every event is refused, the answer is an error too.
  static func answer(_ results: [EventResult]) -> HTTPResponse {
    let problems = results.compactMap { result in
      if case .refused(let problem) = result.result { problem } else { nil }
    }
    let failure = problems.count == results.count ? problems.first : nil
    var writer = JSONWriter(capacity: results.count * 96)
    writer.object {
      if let failure { $0.member("error", object: { write(failure, to: &$0) }) }
      $0.member("object", "list")
      $0.member("url", "/v1/events")
      $0.member("has_more", false)
      $0.member("refused", problems.count)
      $0.member("data", array: { list in for result in results { result.write(to: &list) } })
    }
    return .json(writer.bytes, status: failure?.status ?? 200)
  }
}

/// The way back to the client of one request. The first answer counts; later ones are dropped, because a server that stops
/// answers what is still open by itself.
///
/// If a responder goes away without an answer, the client is told that the server failed.
public final class HTTPResponder: Sendable {
  private let exchange: Exchange

  init(_ exchange: Exchange) {
    self.exchange = exchange
  }

  deinit {
    exchange.answer(HTTPProblem.unanswered.response)
  }

  /// Answers, from any thread.
  public func respond(_ response: HTTPResponse) {
    exchange.answer(response)
  }
}

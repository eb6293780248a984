import Messages

extension BookFact {
  /// The fact that an envelope tells.
  public init(_ envelope: Envelope) throws(FactError) {
    self.init(
      id: envelope.id, source: envelope.source, time: envelope.time,
      fact: try Fact.decode(type: envelope.type, data: envelope.data))
  }
}

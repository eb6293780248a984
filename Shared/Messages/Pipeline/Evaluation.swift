import JSON

/// What RuleEvaluation passes on: a fact, unchanged, or nothing but what a rule or catalog change has altered; and for each
/// thing that a rule newly treats or has ceased to treat, which.
public struct Evaluation: Sendable {
  /// The fact; nil for a later step of a change, whose fact has been passed on before.
  public var fact: Envelope?
  /// Which fact it was that caused this.
  public var cause: Posting.FactReference
  /// What has changed, in the order in which the lane told it.
  public var treated: [Treated]
  /// Why the rules refuse the fact, if they do.
  public var refusal: RefusedFact?

  /// Why a fact was not accepted.
  public struct RefusedFact: Hashable, Sendable {
    /// The refusal's stable name.
    public var code: String
    /// What happened and what to do.
    public var message: String

    /// That refusal.
    public init(code: String, message: String) {
      self.code = code
      self.message = message
    }
  }

  /// The data of the message that passes a fact on. `bytes` are the fact's own, as ingestion published them.
  public static func data(fact bytes: [UInt8], treated: [Treated], refusal: RefusedFact?) -> [UInt8] {
    var writer = JSONWriter(capacity: bytes.count + 64)
    writer.object {
      $0.member("fact", raw: bytes)
      if !treated.isEmpty {
        $0.member("treated", array: { list in for one in treated { one.write(to: &list) } })
      }
      if let refusal {
        $0.member(
          "refusal",
          object: {
            $0.member("code", refusal.code)
            $0.member("message", refusal.message)
          })
      }
    }
    return writer.bytes
  }

  /// The data of the message that tells of a later step of a change.
  public static func data(cause: Posting.FactReference, treated: [Treated]) -> [UInt8] {
    var writer = JSONWriter(capacity: 256 + treated.count * 200)
    writer.object {
      $0.member("cause", object: cause.write)
      $0.member("treated", array: { list in for one in treated { one.write(to: &list) } })
    }
    return writer.bytes
  }

  /// Reads the data of such a message.
  public init(_ data: JSONValue) throws {
    fact = try data["fact"].map { value throws(EnvelopeError) in try Envelope(value) }
    var reader = FactReader(data)
    if let fact, let place = fact.place {
      cause = Posting.FactReference(type: fact.type, source: fact.source, id: fact.id, sequence: place.sequence)
    } else {
      cause = reader.object("cause") { Posting.FactReference(from: &$0) } ?? Posting.FactReference.none
    }
    treated = reader.optionalList("treated") { Treated(from: &$0) }
    refusal = reader.optionalObject("refusal") {
      RefusedFact(code: $0.text("code"), message: $0.text("message", limit: 5_000))
    }
    if let problem = reader.problems.first { throw problem }
  }
}

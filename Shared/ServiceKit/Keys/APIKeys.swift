import Crypto
import HTTP
import Messages
import Postgres
import Synchronization

/// Who may call: keys are kept as hashes in the service's schema, and looked up once a minute at most.
public final class APIKeys: Sendable {
  /// What a key allows.
  public struct Grant: Hashable, Sendable {
    /// Whether it acts on live books.
    public let livemode: Bool
    /// The account it belongs to; nil: any test account, named in the `Stripe-Account` header.
    public let account: String?
  }

  /// The migration that makes the table, for services that answer callers.
  public static let migration = Migration(
    embedded: PackageResources._000_create_api_keys_sql, name: "0000_create_api_keys")

  private struct State {
    var grants: [[UInt8]: Grant] = [:]
    var loadedAt: ContinuousClock.Instant?
    var connection: PostgresConnection?
  }

  private let process: ServiceProcess
  private let state = Mutex(State())

  /// The keys of this service. `demonstration` are pairs `KEY=ACCOUNT` separated by commas, `*` for any test account: they
  /// are taken only by a server that is reached from this machine alone.
  public init(_ process: ServiceProcess, demonstration: String?) throws {
    self.process = process
    guard let demonstration else { return }
    guard ["127.0.0.1", "localhost", "::1"].contains(process.configuration.host) else {
      throw ConfigurationError.invalid(
        variable: "EARNED_DEMO_KEYS", expected: "absent unless EARNED_HOST is a loopback address")
    }
    let connection = try process.connect("keys")
    defer { connection.close() }
    for pair in demonstration.split(separator: ",") {
      let parts = pair.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, parts[0].hasPrefix("sk_test_") else {
        throw ConfigurationError.invalid(variable: "EARNED_DEMO_KEYS", expected: "pairs such as sk_test_demo=acct_demo")
      }
      try Self.add(
        String(parts[0]), Grant(livemode: false, account: parts[1] == "*" ? nil : String(parts[1])), on: connection)
    }
  }

  /// Makes a key known.
  public static func add(_ key: String, _ grant: Grant, on connection: PostgresConnection) throws {
    try connection.execute(
      """
      INSERT INTO api_key (hash, livemode, account) VALUES ($1, $2, $3)
      ON CONFLICT (hash) DO UPDATE SET livemode = excluded.livemode, account = excluded.account
      """, [.bytes(SHA256.hash(key)), .bool(grant.livemode), .optionalText(grant.account)])
  }

  /// The books that a request may act on. Throws the answer to a caller who may not.
  public func ledger(for request: HTTPRequest) throws(HTTPProblem) -> LedgerID {
    guard let key = request.credentials else {
      throw HTTPProblem(
        status: 401, code: "api_key_missing",
        "You did not provide an API key. Give it as the user name of basic authentication, or as a bearer token.",
        headers: ["WWW-Authenticate": "Basic realm=\"Earned\""])
    }
    guard let grant = try grant(of: key) else {
      throw HTTPProblem(
        status: 401, code: "api_key_invalid", "Invalid API key provided: \(Self.redacted(key)).",
        headers: ["WWW-Authenticate": "Basic realm=\"Earned\""])
    }
    let named = request.headers["Stripe-Account"]
    if let account = grant.account {
      guard named == nil || named == account else {
        throw HTTPProblem(
          status: 403, code: "account_invalid",
          "The key \(Self.redacted(key)) may not act for the account \(named ?? "").",
          param: "Stripe-Account")
      }
      return LedgerID(account: account, livemode: grant.livemode)
    }
    guard let named, !named.isEmpty, named.utf8.count <= 255 else {
      throw HTTPProblem(
        code: "account_missing", "This key acts for several accounts: name one in the Stripe-Account header.",
        param: "Stripe-Account")
    }
    return LedgerID(account: named, livemode: grant.livemode)
  }

  private func grant(of key: String) throws(HTTPProblem) -> Grant? {
    let hash = SHA256.hash(key)
    do {
      return try state.withLock { state in
        if let loadedAt = state.loadedAt, ContinuousClock.now - loadedAt < .seconds(60), let grant = state.grants[hash]
        {
          return grant
        }
        try reload(&state)
        return state.grants[hash]
      }
    } catch {
      process.log.warning("keys_not_read", ["reason": "\(error)"])
      throw HTTPProblem(
        status: 503, .api, code: "unavailable", "Keys cannot be looked up right now; try again.",
        headers: ["Retry-After": "1"])
    }
  }

  private func reload(_ state: inout State) throws {
    // A wrong key must not make a query of each request.
    if let loadedAt = state.loadedAt, ContinuousClock.now - loadedAt < .seconds(1) { return }
    let connection = try state.connection.flatMap { $0.isUsable ? $0 : nil } ?? process.connect("keys")
    state.connection = connection
    state.grants = [:]
    for row in try connection.query("SELECT hash, livemode, account FROM api_key") {
      state.grants[row.bytes(0)] = Grant(livemode: row.bool(1), account: row.optionalText(2))
    }
    state.loadedAt = .now
  }

  /// Enough of a key to recognize it by, and not enough to use it.
  private static func redacted(_ key: String) -> String {
    key.count <= 12 ? String(key.prefix(4)) + "…" : String(key.prefix(8)) + "…" + String(key.suffix(4))
  }
}

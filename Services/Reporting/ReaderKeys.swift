import Crypto
import HTTP

/// Who may read what: keys, kept as hashes, and the books each opens.
struct ReaderKeys: Sendable {
  /// The books that a request may see.
  struct Access: Hashable, Sendable {
    let account: String
    let livemode: Bool
  }

  private struct Grant: Sendable {
    /// The key's own account; nil where the request names one in `Stripe-Account`.
    let account: String?
    let livemode: Bool
  }

  private let grants: [[UInt8]: Grant]

  /// No keys at all.
  init() {
    grants = [:]
  }

  /// The keys of the demonstration, which only `deploy/run` asks for, on loopback: one for `acct_demo`, and one for any test
  /// account.
  static let demonstration = ReaderKeys(grants: [
    SHA256.hash("sk_test_demo"): Grant(account: "acct_demo", livemode: false),
    SHA256.hash("sk_test_many"): Grant(account: nil, livemode: false),
  ])

  private init(grants: [[UInt8]: Grant]) {
    self.grants = grants
  }

  /// The books that the request's key opens, or why it opens none.
  func access(_ request: HTTPRequest) throws(HTTPProblem) -> Access {
    guard let key = request.credentials else {
      throw Self.unauthorized(
        "api_key_missing", "This needs an API key: as a bearer token, or as the user name of basic authentication.")
    }
    // Looked up by its hash, so that no comparison takes longer the more of a key is guessed right.
    guard let grant = grants[SHA256.hash(key)] else {
      throw Self.unauthorized("api_key_invalid", "There is no such API key.")
    }
    let named = request.headers["Stripe-Account"]
    guard let account = grant.account else {
      guard let named, !named.isEmpty, named.utf8.count <= 500 else {
        throw HTTPProblem(
          status: 400, code: "account_missing", "This key serves many accounts: name one in the Stripe-Account header.")
      }
      return Access(account: named, livemode: grant.livemode)
    }
    guard named == nil || named == account else {
      throw HTTPProblem(
        status: 403, code: "account_invalid", "This key does not serve the account named in Stripe-Account.")
    }
    return Access(account: account, livemode: grant.livemode)
  }

  private static func unauthorized(_ code: String, _ message: String) -> HTTPProblem {
    // The challenge makes a browser ask for the key.
    HTTPProblem(
      status: 401, code: code, message, headers: ["WWW-Authenticate": "Basic realm=\"Earned\", charset=\"UTF-8\""])
  }
}

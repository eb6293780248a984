import Messages
import Postgres

extension LedgerID {
  /// The parameters `account` and `livemode` of a statement.
  public var parameters: [PostgresValue] { [.text(account), .bool(livemode)] }
}

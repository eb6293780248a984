import Accounting
import Testing

@Suite("Amounts are exact to the minor unit")
struct MoneyTests {
  @Test(
    "Largest remainder: cut towards zero, missing units to those cut most, ties to the earlier",
    arguments: [
      (100, [1, 1, 1], [34, 33, 33]), (-100, [1, 1, 1], [-34, -33, -33]), (10001, [33, 33, 34], [3300, 3300, 3401]),
      (13000, [-3000, 4000, 12000], [-3000, 4000, 12000]), (1, [-1, 2, 2], [0, 1, 0]), (7, [0, 0], [7, 0]),
      (5, [2, -2], [5, 0]), (0, [3, 4], [0, 0]), (10, [], []), (3, [-1, -1], [2, 1]),
      (1_000_000_000_000_000, [1, 2], [333_333_333_333_333, 666_666_666_666_667]),
    ] as [(Int64, [Int64], [Int64])])
  func spread(_ amount: Int64, _ weights: [Int64], _ shares: [Int64]) {
    #expect(Spreading.spread(amount, over: weights) == shares)
    #expect(weights.isEmpty || shares.reduce(0, +) == amount)
  }

  @Test(
    "No share gives more than is left of it; what exceeds goes to the others",
    arguments: [
      (100, [1, 1], [30, 200], [30, 70], 0), (100, [1, 1], [30, 40], [30, 40], 30), (10, [0, 1], [10, 4], [6, 4], 0),
    ] as [(Int64, [Int64], [Int64], [Int64], Int64)])
  func limited(_ amount: Int64, _ weights: [Int64], _ limits: [Int64], _ shares: [Int64], _ excess: Int64) {
    let result = Spreading.spread(amount, over: weights, upTo: limits)
    #expect(result.shares == shares)
    #expect(result.excess == excess)
  }

  @Test(
    "A product is rounded once, halves away from zero",
    arguments: [
      ("0.35", "9", 3), ("0.5", "1", 1), ("-0.5", "1", -1), ("0.49", "1", 0), ("1.20", "3000", 3600), ("2.5", "1", 3),
    ]
      as [(String, String, Int64)])
  func product(_ price: String, _ quantity: String, _ amount: Int64) throws {
    let product = try #require(ExactDecimal(price)).multiplied(by: #require(ExactDecimal(quantity)))
    #expect(product?.rounded == amount)
  }

  @Test("Decimals are read and written without loss", arguments: ["0.02", "-3", "0", "123456789012345.000000000001"])
  func decimals(_ text: String) throws {
    #expect(try #require(ExactDecimal(text)).text == text)
  }

  @Test(
    "What is no decimal is refused", arguments: ["", ".5", "5.", "1e3", "--1", "1.2.3", "+1", " 1", "0.0000000000001"])
  func refused(_ text: String) {
    #expect(ExactDecimal(text) == nil)
  }

  @Test("Sums of decimals of different scale are exact")
  func sums() throws {
    let sum = try #require(ExactDecimal("0.1")).adding(#require(ExactDecimal("0.02")))
    #expect(sum == ExactDecimal("0.12"))
    #expect(try #require(ExactDecimal("0.1")) < #require(ExactDecimal("0.11")))
    #expect(try #require(ExactDecimal("1.2")).shifted(by: 3)?.text == "1200")
    #expect(try #require(ExactDecimal("1200")).shifted(by: -3)?.text == "1.2")
  }

  @Test("A currency knows its minor unit", arguments: [("usd", 2), ("JPY", 0), ("kwd", 3), ("clf", 4)])
  func currencies(_ code: String, _ digits: Int) throws {
    let currency = try #require(Currency(code))
    #expect(currency.minorUnitDigits == digits)
    #expect(currency.code == code.lowercased())
  }

  @Test("What is no currency is refused", arguments: ["", "us", "usdd", "xyz", "u$d", "ＵＳＤ"])
  func unknown(_ code: String) {
    #expect(Currency(code) == nil)
  }

  @Test("Every account grows on the side of its category")
  func accounts() {
    #expect(Account.accountsReceivable.normalSide == .debit)
    #expect(Account.refunds.normalSide == .debit)
    #expect(Account.deferredRevenue.normalSide == .credit)
    #expect(Account.overpayments.normalSide == .credit)
    #expect(Set(Account.allCases.map(\.rawValue)).count == Account.allCases.count)
    #expect(Account.allCases.map(\.place) == Array(Account.allCases.indices))
  }
}

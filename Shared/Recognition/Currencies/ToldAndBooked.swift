/// An amount as it was told, and in its book's currency.
struct ToldAndBooked: Equatable {
  var told: Int64
  var booked: Int64

  static let zero = ToldAndBooked(told: 0, booked: 0)

  static func + (left: ToldAndBooked, right: ToldAndBooked) -> ToldAndBooked {
    ToldAndBooked(told: left.told + right.told, booked: left.booked + right.booked)
  }

  static func - (left: ToldAndBooked, right: ToldAndBooked) -> ToldAndBooked {
    ToldAndBooked(told: left.told - right.told, booked: left.booked - right.booked)
  }
}

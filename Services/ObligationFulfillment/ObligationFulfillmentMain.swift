@main struct ObligationFulfillmentMain {
  static func main() {}
}

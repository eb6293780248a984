@main struct EmbeddedBrokerMain {
  static func main() {}
}

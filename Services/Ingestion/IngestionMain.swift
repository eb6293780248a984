@main struct IngestionMain {
  static func main() {}
}

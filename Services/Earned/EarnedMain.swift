@main struct EarnedMain {
  static func main() {}
}

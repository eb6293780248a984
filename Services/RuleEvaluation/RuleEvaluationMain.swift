@main struct RuleEvaluationMain {
  static func main() {}
}

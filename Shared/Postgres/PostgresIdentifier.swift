/// A name as SQL writes it when it may hold any character: in double quotes, each of its own doubled.
public func quoted(_ identifier: String) -> String {
  "\"" + identifier.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
}

import Foundation
import JSON

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

extension CommandLineInterface.Command {
  /// `earned send`
  static let send = Self(
    name: "send", summary: "posts facts to running services",
    help: """
      usage: earned send --to URL --key KEY [--account ACCOUNT] [--batch N] [FILE…]

      Posts facts in batches. A fact keeps its id, and one without an id is known by its content, so sending again after a
      failure doubles nothing.

        --to URL           where the services are, such as http://127.0.0.1:8080
        --key KEY          the API key
        --account ACCOUNT  the account, where the key may act for several
        --batch N          facts a request, 1 to 1000 (default 1000)

      example: earned generate | earned send --to http://127.0.0.1:8080 --key sk_test_demo

      """
  ) { (arguments: inout Arguments) throws(UsageError) -> ExitStatus in
    guard let address = try arguments.value(of: "--to") else { throw UsageError(message: "--to is missing.") }
    guard let key = try arguments.value(of: "--key") else { throw UsageError(message: "--key is missing.") }
    let account = try arguments.value(of: "--account")
    let batch = try arguments.number(of: "--batch", in: 1...1000) ?? 1000
    guard let base = URL(string: address), base.scheme == "http" || base.scheme == "https" else {
      throw UsageError(message: "--to must be an address such as http://127.0.0.1:8080.")
    }
    guard let lines = FactFile.lines(try arguments.files()) else { return .problems }
    let sender = FactSender(url: base.appendingPathComponent("v1/events"), key: key, account: account)
    return sender.send(lines, batch: batch) ? .success : .problems
  }
}

/// Posts facts in batches and waits patiently where the services cannot take them yet.
struct FactSender {
  let url: URL
  let key: String
  let account: String?

  /// The longest a batch is tried for.
  private static let patienceSeconds = 60.0

  /// Sends all lines; false if one was refused or could not be sent, which is said.
  func send(_ lines: [FactLine], batch size: Int) -> Bool {
    var isClean = true
    var sent = 0
    for start in stride(from: 0, to: lines.count, by: size) {
      let batch = Array(lines[start..<min(start + size, lines.count)])
      switch post(batch) {
      case .failure(let failure):
        Output.problem("\(batch[0].place): \(failure.message). \(sent) facts were sent; sending again doubles none.")
        return false
      case .success(let problems):
        for problem in problems { Output.problem(problem) }
        isClean = isClean && problems.isEmpty
        sent += batch.count
        Output.progress("\(sent) of \(lines.count) facts")
      }
    }
    Output.progress("")
    Output.standard("\(sent) facts sent\n")
    return isClean
  }

  /// Why a batch could not be sent.
  struct Failure: Error {
    let message: String
  }

  /// Posts a batch; what is wrong with its facts is a success.
  private func post(_ batch: [FactLine]) -> Result<[String], Failure> {
    let (body, places) = Self.body(batch)
    guard let body else { return .success(places.map { "\($0): is not a JSON object" }) }
    return answer(to: body).map { Self.problems($0, places) }
  }

  /// Posts events until they are answered with a result for each; what can pass is tried again with growing pauses.
  func answer(to body: [UInt8]) -> Result<[UInt8], Failure> {
    var pause = 0.1
    let deadline = Date().addingTimeInterval(Self.patienceSeconds)
    while true {
      let answer = HTTPExchange.post(url, key: key, account: account, body: body)
      switch answer {
      case .answered(let status, let bytes) where status == 200 || Self.hasResults(bytes):
        return .success(bytes)
      case .answered(let status, let bytes) where status == 429 || status >= 500:
        if Date() > deadline { return .failure(Failure(message: "\(status) \(Self.message(bytes))")) }
      case .answered(let status, let bytes):
        return .failure(Failure(message: "\(status) \(Self.message(bytes))"))
      case .failed(let reason):
        if Date() > deadline { return .failure(Failure(message: reason)) }
      }
      Thread.sleep(forTimeInterval: pause)
      pause = min(pause * 2, 5)
    }
  }

  /// The batch as an array of envelopes; what the short form leaves out is added.
  static func body(_ batch: [FactLine]) -> (body: [UInt8]?, places: [String]) {
    var writer = JSONWriter(capacity: batch.reduce(2) { $0 + $1.text.count + 80 })
    var places: [String] = []
    var bad: [String] = []
    writer.array { writer in
      for line in batch {
        guard let value = try? JSONDocument(parsing: line.text).root, value.kind == .object else {
          bad.append(line.place.description)
          continue
        }
        places.append(line.place.description)
        writer.object { writer in
          if value["specversion"] == nil { writer.member("specversion", "1.0") }
          if value["id"] == nil { writer.member("id", Told.identity(of: line.text)) }
          if value["source"] == nil { writer.member("source", "file") }
          for (name, member) in value.members {
            writer.name(name)
            writer.raw(member.canonical)
          }
        }
      }
    }
    return bad.isEmpty ? (writer.bytes, places) : (nil, bad)
  }

  /// Whether an answer has a result for each event, as it has even where every one is refused.
  private static func hasResults(_ bytes: [UInt8]) -> Bool {
    // What is no JSON has none.
    (try? JSONDocument(parsing: bytes).root)?["data"]?.elements.isEmpty == false
  }

  /// What an answer says of each event that was not taken.
  private static func problems(_ bytes: [UInt8], _ places: [String]) -> [String] {
    // An answer that is no JSON has no results to look at; the status has said that all is well.
    guard let root = try? JSONDocument(parsing: bytes).root else { return [] }
    let results = root["data"]?.elements ?? []
    return zip(places, results).compactMap { place, result in
      guard let error = result["error"], !error.isNull else { return nil }
      let param = error["param"]?.string.map { $0 + ": " } ?? ""
      return "\(place): \(param)\(error["message"]?.string ?? "refused") (\(error["code"]?.string ?? "unknown"))"
    }
  }

  private static func message(_ bytes: [UInt8]) -> String {
    // Whatever answers may not be one of our services, so its words may be anything.
    let error = (try? JSONDocument(parsing: bytes).root)?["error"]
    return error?["message"]?.string ?? String(decoding: bytes.prefix(200), as: UTF8.self)
  }
}

/// One request and its answer.
enum HTTPExchange {
  /// How it ended.
  enum Answer: Sendable {
    case answered(status: Int, body: [UInt8])
    case failed(String)
  }

  /// Posts a batch of events and waits for the answer.
  static func post(_ url: URL, key: String, account: String?, body: [UInt8]) -> Answer {
    var request = URLRequest(url: url, timeoutInterval: 60)
    request.httpMethod = "POST"
    request.httpBody = Data(body)
    request.setValue("application/cloudevents-batch+json", forHTTPHeaderField: "Content-Type")
    request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization")
    if let account { request.setValue(account, forHTTPHeaderField: "Stripe-Account") }
    return exchange(request)
  }

  /// Asks for something and waits for the answer.
  static func get(_ url: URL, key: String, account: String?) -> Answer {
    var request = URLRequest(url: url, timeoutInterval: 60)
    request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization")
    if let account { request.setValue(account, forHTTPHeaderField: "Stripe-Account") }
    return exchange(request)
  }

  private static func exchange(_ request: URLRequest) -> Answer {
    let box = AnswerBox()
    let task = URLSession.shared.dataTask(with: request) { data, response, error in
      if let response = response as? HTTPURLResponse {
        box.put(.answered(status: response.statusCode, body: Array(data ?? Data())))
      } else {
        box.put(.failed(error.map { $0.localizedDescription } ?? "no answer"))
      }
    }
    task.resume()
    return box.take()
  }
}

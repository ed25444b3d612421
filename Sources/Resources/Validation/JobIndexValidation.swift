import Foundations

/// The rules of Jobs that count their pods by index.
/// Source: Kubernetes documentation, "Jobs", "Completion mode"; upstream's messages.
enum JobIndexValidation {
  private static let parallelismMax = 100_000
  private static let failedIndexesMax = 100_000
  /// Jobs with more completions than these are held to less beside each other.
  private static let manyCompletions = 100_000
  private static let parallelismOfManyMax = 10_000
  private static let failedIndexesOfManyMax = 10_000

  static func errors(_ spec: Document, at path: String) -> [FieldError] {
    switch spec["completionMode"]?.string ?? "NonIndexed" {
    case "Indexed": indexedErrors(spec, at: path)
    case "NonIndexed":
      ["backoffLimitPerIndex", "maxFailedIndexes"].compactMap { member in
        spec[member].map {
          .invalid("\(path).\(member)", $0, "requires indexed completion mode")
        }
      }
    default: []
    }
  }

  private static func indexedErrors(_ spec: Document, at path: String) -> [FieldError] {
    guard let completions = spec["completions"]?.integer else {
      return [.required("\(path).completions", "when completion mode is Indexed")]
    }
    var errors: [FieldError] = []
    func bound(_ member: String, _ most: Int, _ detail: String) {
      guard let value = spec[member], value.integer ?? 0 > most else { return }
      errors.append(.invalid("\(path).\(member)", value, "must be less than or equal to \(detail)"))
    }
    bound(
      "parallelism", parallelismMax, "\(parallelismMax) when completion mode is Indexed")
    bound("maxFailedIndexes", completions, "completions")
    bound("maxFailedIndexes", failedIndexesMax, "\(failedIndexesMax)")
    guard completions > manyCompletions, spec["backoffLimitPerIndex"] != nil else { return errors }
    if spec["maxFailedIndexes"] == nil {
      errors.append(
        .required(
          "\(path).maxFailedIndexes",
          "must be specified when completions is above \(manyCompletions)"))
    }
    let reason =
      "when completions are above \(manyCompletions) and used with backoff limit per index"
    bound("parallelism", parallelismOfManyMax, "\(parallelismOfManyMax) \(reason)")
    bound("maxFailedIndexes", failedIndexesOfManyMax, "\(failedIndexesOfManyMax) \(reason)")
    return errors
  }

  /// What is wrong with a list of indexes such as `0,2-4`.
  struct ListProblem: Error {
    let message: String
  }

  /// How many indexes a list names: ascending numbers and ranges, all below `completions`.
  static func count(in list: String, completions: Int) throws(ListProblem) -> Int {
    if list.isEmpty { return 0 }
    var total = 0
    var last: Int?
    for interval in list.split(separator: ",", omittingEmptySubsequences: false) {
      let (first, end) = try bounds(of: interval, completions: completions)
      if let last, last >= first {
        throw ListProblem(
          message: "non-increasing order, previous: \(last), current: \(first)")
      }
      total += end - first + 1
      last = end
    }
    return total
  }

  /// The ranges of a list that can be read; the others are told of when the list is counted.
  static func intervals(in list: String, completions: Int) -> [ClosedRange<Int>] {
    list.split(separator: ",").compactMap { interval in
      guard let (first, end) = try? bounds(of: interval, completions: completions) else {
        return nil
      }
      return first...end
    }
  }

  private static func bounds(of interval: Substring, completions: Int) throws(ListProblem)
    -> (first: Int, end: Int)
  {
    let parts = interval.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count <= 2 else {
      throw ListProblem(
        message: "the fragment \"\(interval)\" violates the requirement that an index interval "
          + "can have at most two parts separated by '-'")
    }
    func number(_ text: Substring) throws(ListProblem) -> Int {
      guard let number = Int(text) else {
        throw ListProblem(message: "cannot convert string to integer for index: \"\(text)\"")
      }
      guard number < completions else {
        throw ListProblem(message: "too large index: \"\(text)\"")
      }
      return number
    }
    let first = try number(parts[0])
    guard parts.count == 2 else { return (first, first) }
    let end = try number(parts[1])
    guard first < end else {
      throw ListProblem(
        message: "non-increasing order, previous: \(first), current: \(end)")
    }
    return (first, end)
  }
}

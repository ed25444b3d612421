/// The names of a claim's requests, by which its constraints, its configuration and its allocation
/// speak of them: `gpu`, or `gpu/large` for one of the alternatives of `gpu`.
struct DeviceRequestNames {
  /// By request; empty where a request has none.
  private let alternatives: [String: Set<String>]

  /// Source: upstream's `DeviceRequestsMaxSize`.
  static let countMax = 32

  /// - Parameter devices: what a claim wants: `spec.devices`.
  init(_ devices: Document?) {
    let requests = (devices?["requests"] ?? .emptyArray).elements.map { request in
      let choices = (request["firstAvailable"] ?? .emptyArray).elements
      return (request["name"]?.string ?? "", Set(choices.map { $0["name"]?.string ?? "" }))
    }
    alternatives = Dictionary(requests, uniquingKeysWith: { $1 })
  }

  /// A list of references, each of which stands there once.
  func listErrors(_ list: Document?, at path: String) -> [FieldError] {
    ListRule.set(list, max: Self.countMax, at: path, by: .itself, errors)
  }

  func errors(_ reference: Document?, at path: String) -> [FieldError] {
    let text = reference?.string ?? ""
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let unknown = FieldError.invalid(
      path, Document(text),
      "must be the name of a request in the claim or the name of a request and a subrequest "
        + "separated by '/'")
    if parts.count > 2 { return [unknown] }
    return parts.flatMap { DeviceNameRule.label(Document($0), at: path) }
      + (contains(parts) ? [] : [unknown])
  }

  private func contains(_ parts: [String]) -> Bool {
    guard let choices = alternatives[parts[0]] else { return false }
    return parts.count == 1 || choices.contains(parts[1])
  }
}

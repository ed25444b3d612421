import Foundations

/// The rules of a pod's names: how it resolves them, and which it brings along.
/// Source: Kubernetes documentation, "DNS for Services and Pods"; upstream's messages.
enum PodNetworkValidation {
  private static let nameserversMax = 3
  private static let searchesMax = 32
  private static let searchesByteCountMax = 2048

  static let addressProblem =
    "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"

  static func errors(_ spec: Document, at path: String) -> [FieldError] {
    dns(spec, at: path) + aliases(spec["hostAliases"], at: "\(path).hostAliases")
  }

  static func addressErrors(_ address: Document?, at path: String) -> [FieldError] {
    if IPAddress(address?.string ?? "") != nil { return [] }
    return [.invalid(path, address ?? "", addressProblem)]
  }

  private static func dns(_ spec: Document, at path: String) -> [FieldError] {
    let place = "\(path).dnsConfig"
    let isAlone = spec["dnsPolicy"]?.string == "None"
    guard let config = spec["dnsConfig"] else {
      guard isAlone else { return [] }
      return [.required(place, "must provide `dnsConfig` when `dnsPolicy` is None")]
    }
    var errors: [FieldError] = []
    let servers = config["nameservers"] ?? .emptyArray
    if isAlone && servers.isEmpty {
      errors.append(
        .required(
          "\(place).nameservers",
          "must provide at least one DNS nameserver when `dnsPolicy` is None"
        ))
    }
    if servers.count > nameserversMax {
      errors.append(
        .invalid(
          "\(place).nameservers", servers, "must not have more than \(nameserversMax) nameservers"))
    }
    for (position, server) in servers.elements.enumerated() {
      errors += addressErrors(server, at: "\(place).nameservers[\(position)]")
    }
    return errors + searches(config["searches"], at: "\(place).searches")
      + options(config["options"], at: "\(place).options")
  }

  private static func searches(_ searches: Document?, at path: String) -> [FieldError] {
    guard let searches else { return [] }
    var errors: [FieldError] = []
    if searches.count > searchesMax {
      errors.append(
        .invalid(path, searches, "must not have more than \(searchesMax) search paths"))
    }
    let byteCount = searches.elements.reduce(0) { $0 + ($1.string?.utf8.count ?? 0) + 1 } - 1
    if byteCount > searchesByteCountMax {
      errors.append(
        .invalid(
          path, searches,
          "must not have more than \(searchesByteCountMax) characters (including spaces) in the "
            + "search list"))
    }
    for (position, search) in searches.elements.enumerated() {
      guard let text = search.string, text != "." else { continue }
      // Names of services such as _tcp are searched too: underscores count as letters here.
      let plain = text.hasSuffix(".") ? String(text.dropLast()) : text
      let problems = ObjectName.problems(subdomain: plain.replacing("_", with: "a"))
      if problems.isEmpty { continue }
      errors.append(
        .invalid(
          "\(path)[\(position)]", search,
          "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', "
            + "'-' or '.', and must start and end with an alphanumeric character (e.g. "
            + "'example.com', regex used for validation is "
            + #"'([a-z0-9]([-a-z0-9]*[a-z0-9])?|_[a-z0-9]([-a-z0-9]*[a-z0-9])?)"#
            + #"(\.([a-z0-9]([-a-z0-9]*[a-z0-9])?|_[a-z0-9]([-a-z0-9]*[a-z0-9])?))*')"#))
    }
    return errors
  }

  private static func options(_ options: Document?, at path: String) -> [FieldError] {
    (options ?? .emptyArray).elements.enumerated().compactMap { position, option in
      guard option["name"]?.string?.isEmpty ?? true else { return nil }
      return .required("\(path)[\(position)]", "must not be empty")
    }
  }

  private static func aliases(_ aliases: Document?, at path: String) -> [FieldError] {
    (aliases ?? .emptyArray).elements.enumerated().flatMap { position, alias -> [FieldError] in
      let place = "\(path)[\(position)]"
      let names = (alias["hostnames"] ?? .emptyArray).elements.enumerated().flatMap {
        number, name in
        ObjectName.problems(subdomain: name.string ?? "").map {
          FieldError.invalid("\(place).hostnames[\(number)]", name, $0)
        }
      }
      return addressErrors(alias["ip"], at: "\(place).ip") + names
    }
  }
}

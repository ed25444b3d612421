#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// What the system says of this process's surroundings.
enum ProcessFacts {
  /// As it is set: any case, perhaps with a domain.
  static var hostName: String {
    var name = [CChar](repeating: 0, count: Int(HOST_NAME_MAX) + 1)
    // Cannot fail with room for the longest name.
    gethostname(&name, name.count)
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  static var environment: [String: String] {
    var variables: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let parts = String(cString: text).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
      entry += 1
    }
    return variables
  }

  static var searchPath: String { environment["PATH"] ?? "" }

  static var directory: String {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return String(cString: path)
  }
}

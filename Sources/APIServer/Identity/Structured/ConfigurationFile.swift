import Resources

/// What is wrong with a file of the server's configuration.
package struct ConfigurationFileError: Error, Equatable, Sendable, CustomStringConvertible {
  package let path: String
  package let reasons: [String]

  package var description: String { "\(path): \(reasons.joined(separator: "; "))" }
}

/// One object of `apiserver.config.k8s.io`, in YAML or JSON.
enum ConfigurationFile {
  /// Far above any of them.
  private static let byteCountMax = 1 << 20

  static func object(_ bytes: [UInt8], kind: String, versions: [String], path: String)
    throws(ConfigurationFileError) -> Document
  {
    func problem(_ reason: String) -> ConfigurationFileError {
      ConfigurationFileError(path: path, reasons: [reason])
    }
    guard bytes.count <= byteCountMax else { throw problem("it is longer than 1 MiB") }
    let documents: [Document]
    do throws(YAMLError) { documents = try Document.documents(yaml: bytes) } catch {
      throw problem("\(error)")
    }
    guard documents.count == 1, documents[0].isObject else {
      throw problem("it has to hold one object")
    }
    let known = versions.map { "apiserver.config.k8s.io/\($0)" }
    guard documents[0]["kind"]?.string == kind,
      let version = documents[0]["apiVersion"]?.string, known.contains(version)
    else {
      throw problem(
        "it has to be of kind \(kind) and of apiVersion \(known.joined(separator: " or "))")
    }
    return documents[0]
  }
}

package import Foundations

/// Why a kubeconfig does not tell how to connect. Names what is wrong, never quotes secrets.
package enum KubeconfigError: Error, Equatable, Sendable {
  case absent(path: String)
  case file(FileError)
  case notYAML(reason: String)
  case wrongField(path: String, expected: String)
  case unknownContext(String, known: [String])
  case unknownCluster(String, context: String)
  case unknownUser(String, context: String)
  case unsupportedLogin(String, user: String)
  case unusableIdentity(CredentialError, user: String)
  case halfIdentity(user: String)
}

extension KubeconfigError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .absent(let path): "there is no file \(path)"
    case .file(let error): "\(error)"
    case .notYAML(let reason): "it is no YAML: \(reason)"
    case .wrongField(let path, let expected): "\(path) is to be \(expected)"
    case .unknownContext("", let known):
      "it names no current-context; choose one of: \(known.joined(separator: ", "))"
    case .unknownContext(let name, let known):
      "it has no context '\(name)', only: \(known.joined(separator: ", "))"
    case .unknownCluster(let name, let context):
      "its context '\(context)' names the cluster '\(name)', which it does not have"
    case .unknownUser(let name, let context):
      "its context '\(context)' names the user '\(name)', which it does not have"
    case .unsupportedLogin(let way, let user):
      "its user '\(user)' logs in by '\(way)'; certificates and tokens are supported"
    case .unusableIdentity(let error, let user): "its user '\(user)' cannot log in: \(error)"
    case .halfIdentity(let user):
      "its user '\(user)' needs both client-certificate and client-key"
    }
  }
}

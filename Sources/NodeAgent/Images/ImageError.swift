/// Why an image could not be made or brought to the runtime.
package enum ImageError: Error, Equatable, Sendable, CustomStringConvertible {
  case pathTooLong(String)
  case notAbsolute(String)
  case badFileArgument(String)
  case unsupportedArchitecture
  case importFailed(reference: String, complaint: String)
  case mountFailed(path: String, complaint: String)
  case notSeenByRuntime(reference: String)

  package var description: String {
    switch self {
    case .pathTooLong(let path):
      "\(path) is too long for an image's archive: at most 255 bytes"
    case .notAbsolute(let path):
      "\(path) must be absolute: paths in an image start with /"
    case .badFileArgument(let text):
      "\(text) must read HOST-PATH:/IMAGE-PATH or HOST-PATH:/IMAGE-PATH:MODE with an octal mode"
    case .unsupportedArchitecture:
      "this processor is neither x86_64 nor arm64: there is no pause image for it"
    case .importFailed(let reference, let complaint):
      "the image \(reference) could not be imported into containerd: \(complaint)"
    case .mountFailed(let path, let complaint):
      "an image could not be mounted at, or taken away from, \(path): \(complaint)"
    case .notSeenByRuntime(let reference):
      "the image \(reference) was imported but the container runtime does not list it"
    }
  }
}

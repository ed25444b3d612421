package import Foundations

/// Settings that cannot be used. Reads as a sentence with the way out.
package enum SettingError: Error, Equatable, Sendable {
  case unknownFlag(String, nearest: String?)
  case missingValue(flag: String)
  case unknownKey(String, file: String, nearest: String?)
  case wrongValue(String, of: String, from: SettingOrigin, expectation: String)
  case noFile(String)
  case file(FileError)
  case notYAML(file: String, reason: String)
  /// Settings that contradict each other.
  case problems([String])
}

extension SettingError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknownFlag(let flag, let nearest):
      "there is no setting \(flag)\(hint(nearest.map { "--\($0)" })); martlet server --help lists all"
    case .missingValue(let flag): "\(flag) needs a value"
    case .unknownKey(let key, let file, let nearest):
      "\(file): there is no setting '\(key)'\(hint(nearest)); martlet server --help lists all"
    case .wrongValue(let value, let key, let origin, let expectation):
      "\(origin): '\(value)' does not suit \(key), it has to be \(expectation)"
    case .noFile(let path): "there is no configuration file \(path)"
    case .file(let error): "\(error)"
    case .notYAML(let file, let reason): "\(file) cannot be read as settings: \(reason)"
    case .problems(let problems): problems.joined(separator: "; ")
    }
  }

  private func hint(_ nearest: String?) -> String { nearest.map { ", did you mean \($0)" } ?? "" }
}

/// Where a setting's value comes from; later cases win over earlier ones.
package enum SettingOrigin: Equatable, Sendable, CustomStringConvertible {
  case byDefault
  case file(String)
  case variable(String)
  case flag(String)

  package var description: String {
    switch self {
    case .byDefault: "default"
    case .file(let path): path
    case .variable(let name): name
    case .flag(let name): name
    }
  }
}

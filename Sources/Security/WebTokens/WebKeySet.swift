import FoundationEssentials

/// The keys of an issuer, at one moment. Source: RFC 7517, section 5.
package struct WebKeySet: Sendable {
  /// Of a set: more are refused, since every key may have to be tried.
  package static let keysMax = 100

  let keys: [WebKey]

  package enum ReadingError: Error, Equatable, Sendable, CustomStringConvertible {
    case noKeySet
    case tooManyKeys(Int)
    case noUsableKey

    package var description: String {
      switch self {
      case .noKeySet: "it is no JSON object with a list of keys"
      case .tooManyKeys(let count): "it holds \(count) keys, and may hold \(keysMax)"
      case .noUsableKey: "none of its keys verifies signatures that are taken here"
      }
    }
  }

  /// - Parameter json: `{"keys": [...]}`. Keys of other kinds are left out, as RFC 7517 wants it.
  package init(json: [UInt8]) throws(ReadingError) {
    struct Set: Decodable { var keys: [Lenient] }
    /// One key that cannot be read takes no other with it.
    struct Lenient: Decodable {
      let text: WebKeyText?
      init(from decoder: any Decoder) { text = try? WebKeyText(from: decoder) }
    }
    // The decoder's words could be long, and say nothing that helps.
    guard let set = try? JSONDecoder().decode(Set.self, from: Data(json)) else { throw .noKeySet }
    guard set.keys.count <= Self.keysMax else { throw .tooManyKeys(set.keys.count) }
    keys = set.keys.compactMap { $0.text.flatMap(WebKey.init) }
    guard !keys.isEmpty else { throw .noUsableKey }
  }
}

import Foundations
import Resources
import Store

/// Where a list continues: after the last object of the page before.
struct ContinueToken: Equatable, Sendable {
  /// The state that the pages show; `nil` for the newest, where that of the first page is gone.
  let revision: Revision?
  /// When the list's first page was given, in seconds since 1970.
  let issued: Int64
  let after: Key

  /// A page must not differ from the one before: it comes from the same state.
  init(revision: Revision, issued: Int64, after: Key) {
    self.revision = revision
    self.issued = issued
    self.after = after
  }

  /// Goes on in the newest state.
  init(after: Key) {
    revision = nil
    issued = 0
    self.after = after
  }

  /// How long the state of a first page can be counted on. Clients rely on being told of its end
  /// within about this time, whether or not the state could still be had.
  /// Source: Kubernetes API Concepts, "Retrieving large results sets in chunks": 5 minutes.
  private static let lifetime = Duration.seconds(300)

  func isFresh(_ now: Timestamp) -> Bool {
    Timestamp(seconds: issued).distance(to: now) < Self.lifetime
  }

  /// - Throws: 400 where the text is none of ours.
  init?(_ text: String?) throws(APIError) {
    guard let text, !text.isEmpty else { return nil }
    guard let decoded = Base64URL.decodedText(text), let slash = decoded.firstIndex(of: "/") else {
      throw Self.foreign
    }
    let after = Key(String(decoded[slash...]))
    if slash == decoded.startIndex {
      self.init(after: after)
      return
    }
    let numbers = decoded[..<slash].split(separator: "@", omittingEmptySubsequences: false)
    // Seconds that fit arithmetic: the text may come from anyone.
    guard numbers.count == 2, let revision = UInt64(numbers[0]), let issued = UInt32(numbers[1])
    else { throw Self.foreign }
    self.init(revision: Revision(revision), issued: Int64(issued), after: after)
  }

  private static let foreign = APIError.badRequest(
    "continue key is not valid: it must be the text that the last page gave")

  var text: String {
    Base64URL.encoded((revision.map { "\($0)@\(issued)" } ?? "") + "\(after)")
  }
}

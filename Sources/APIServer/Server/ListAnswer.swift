import Foundations
import Networking
import Resources
import Store

/// The answer of a list: one page of a collection as of one revision.
struct ListAnswer: Sendable {
  private let call: APICall
  private let media: MediaType
  private let objects: [CachedObject]
  private let revision: Revision
  /// Where the next page starts; `nil` on the last.
  private var next: ContinueToken?
  private var remaining: Int?

  init(_ call: APICall) throws(APIError) {
    self.call = call
    media = try Self.media(of: call)
    let selection = try Selection(call)
    let limit = try call.query.integer("limit") ?? 0
    let token = try ContinueToken(call.query["continue"])
    let snapshot = try Self.snapshot(call, token)
    revision = snapshot.revision
    let page = snapshot.page(
      in: call.namespace, after: token?.after, limit: limit,
      where: selection.predicate)
    objects = page.objects
    if let last = page.continuation {
      next = ContinueToken(revision: revision, after: last)
      remaining = selection.isEverything ? page.remainingCount : nil
    }
  }

  /// The state a list shows: the newest, or that of the page before, or that which was asked for.
  private static func snapshot(_ call: APICall, _ token: ContinueToken?) throws(APIError)
    -> ObjectSnapshot
  {
    let cache = try call.collection().cache
    let asked = call.query["resourceVersion"] ?? ""
    if let token {
      if !asked.isEmpty && asked != "0" {
        throw .badRequest("specifying resource version is not allowed when using continue")
      }
      return try earlier(
        cache, token.revision,
        "The provided continue parameter is too old to display a consistent list result. "
          + "You must start a new list without the continue parameter.")
    }
    let newest = cache.read()
    guard !asked.isEmpty, asked != "0" else { return newest }
    guard let number = UInt64(asked) else {
      throw .badRequest("resourceVersion holds \"\(asked)\", which is none")
    }
    if Revision(number) > newest.revision {
      throw .tooLargeResourceVersion(asked, current: newest.revision)
    }
    guard call.query["resourceVersionMatch"] == "Exact" else { return newest }
    return try earlier(
      cache, Revision(number), "The resourceVersion for the provided list is too old.")
  }

  private static func earlier(_ cache: WatchCache, _ revision: Revision, _ whenGone: String)
    throws(APIError) -> ObjectSnapshot
  {
    do throws(StoreError) {
      return try cache.read(at: revision)
    } catch {
      throw .expired(whenGone)
    }
  }

  private init(_ call: APICall, _ media: MediaType, _ objects: [CachedObject], _ revision: Revision)
  {
    self.call = call
    self.media = media
    self.objects = objects
    self.revision = revision
  }

  /// What a deletecollection answers: the objects that it deleted.
  static func deleted(_ objects: [CachedObject], revision: Revision, _ call: APICall) -> ListAnswer
  {
    ListAnswer(call, MediaType(.json), objects, revision)
  }

  private static func media(of call: APICall) throws(APIError) -> MediaType {
    let offered: Set<MediaType.Shape> = [.object, .table, .partialMetadataList]
    guard
      let media = MediaType.negotiate(
        accept: call.request.headers["accept"], isOffered: { offered.contains($0.shape) })
    else { throw .notAcceptable }
    return media
  }

  func send(to responder: Responder) {
    switch media.shape {
    case .table:
      let table = TableAnswer(call).table(
        of: objects.map(\.document), revision: revision, continue: next?.text,
        remaining: remaining)
      responder.send(table, ofKind: .table, as: media.encoding)
    case .partialMetadataList, .partialMetadata:
      var list = Document.emptyObject
      list["kind"] = "PartialObjectMetadataList"
      list["apiVersion"] = "meta.k8s.io/v1"
      list["metadata"] = metadata
      list["items"] = Document(objects.map { PartialMetadata.of($0.document) })
      responder.send(list, ofKind: .partialObjectMetadataList, as: media.encoding)
    case .object, .discovery:
      let body = ObjectEncoding.list(
        of: objects, metadata: metadata, call.served, media.encoding)
      responder.send(
        ServerResponse(
          status: 200,
          headers: [
            "content-type": media.encoding.rawValue, "cache-control": "no-cache, private",
          ], body: .chunks(body)))
    }
  }

  private var metadata: Document {
    var metadata: Document = ["resourceVersion": Document(revision.description)]
    if let next { metadata["continue"] = Document(next.text) }
    if let remaining { metadata["remainingItemCount"] = Document(remaining) }
    return metadata
  }
}

extension APIError {
  static func tooLargeResourceVersion(_ asked: String, current: Revision) -> APIError {
    var error = APIError(
      code: 504, reason: .timeout,
      message: "Too large resource version: \(asked), current: \(current)")
    error.details.retryAfterSeconds = 1
    error.details.causes = [
      Cause(reason: "ResourceVersionTooLarge", message: "Too large resource version", field: "")
    ]
    return error
  }
}

/// Where a list continues: after the last object of the page before, in the same state.
struct ContinueToken: Equatable, Sendable {
  let revision: Revision
  let after: Key

  init(revision: Revision, after: Key) {
    self.revision = revision
    self.after = after
  }

  /// - Throws: 400 where the text is none of ours.
  init?(_ text: String?) throws(APIError) {
    guard let text, !text.isEmpty else { return nil }
    guard let decoded = Base64URL.decodedText(text), let slash = decoded.firstIndex(of: "/"),
      let number = UInt64(decoded[..<slash])
    else {
      throw .badRequest("continue key is not valid: it must be the text that the last page gave")
    }
    self.init(revision: Revision(number), after: Key(String(decoded[slash...])))
  }

  var text: String { Base64URL.encoded("\(revision)\(after)") }
}

import Foundations
import Networking
import Resources
import Store

/// The answer of a list: one page of a collection as of one revision.
struct ListAnswer: Sendable {
  private let call: APICall
  private let media: MediaType
  private let runs: [ArraySlice<CachedObject>]
  private let revision: Revision
  /// Where the next page starts; `nil` on the last.
  private var next: ContinueToken?
  private var remaining: Int?

  /// What a list asks for, and of which state.
  private struct Question: Sendable {
    let call: APICall
    let collection: Collection
    let media: MediaType
    let selection: Selection
    let limit: Int
    let token: ContinueToken?
    let snapshot: ObjectSnapshot
    let now: Timestamp

    /// - Parameter now: decides whether a continue token is still good.
    init(_ call: APICall, now: Timestamp) throws(APIError) {
      self.call = call
      self.now = now
      collection = try call.collection()
      media = try ListAnswer.media(of: call)
      selection = try Selection(call)
      limit = try call.query.integer("limit") ?? 0
      token = try ContinueToken(call.query["continue"])
      snapshot = try ListAnswer.snapshot(call, token, now)
    }

    func page() -> CachedPage {
      snapshot.page(
        in: call.namespace, after: token?.after, limit: limit, where: selection.sweep())
    }
  }

  /// Answers a list, at once but where a webhook converts: it is asked about a whole page at a time, or
  /// about all that may be selected where that cannot be told before.
  static func send(_ call: APICall, now: Timestamp = .now(), to responder: Responder)
    throws(APIError)
  {
    let question = try Question(call, now: now)
    guard question.collection.conversion != nil else {
      return ListAnswer(question, question.page()).send(to: responder)
    }
    let page = question.selection.looksInside ? nil : question.page()
    let candidates =
      page?.objects
      ?? question.snapshot.objects(in: call.namespace).filter(question.selection.mayMatch)
    question.collection.ready(candidates) { error in
      if let error { return responder.send(error, for: call.request) }
      ListAnswer(question, page ?? question.page()).send(to: responder)
    }
  }

  private init(_ question: Question, _ page: CachedPage) {
    call = question.call
    media = question.media
    revision = question.snapshot.revision
    runs = Self.shown(page.runs, question.collection)
    guard let last = page.continuation else { return }
    // The pages of a list share the time of its first one: that is when its state was new.
    let now = question.now.seconds
    let issued = question.token?.revision == nil ? now : question.token?.issued ?? now
    next = ContinueToken(revision: revision, issued: issued, after: last)
    remaining = question.selection.isEverything ? page.remainingCount : nil
  }

  /// The state a list shows: the newest, or that of the page before, or that which was asked for.
  private static func snapshot(
    _ call: APICall, _ token: ContinueToken?, _ now: Timestamp
  ) throws(APIError) -> ObjectSnapshot {
    let cache = try call.collection().cache
    let asked = call.query["resourceVersion"] ?? ""
    if let token {
      if !asked.isEmpty && asked != "0" {
        throw .badRequest("specifying resource version is not allowed when using continue")
      }
      return try continued(cache, token, now)
    }
    let newest = cache.read()
    guard !asked.isEmpty, asked != "0" else { return newest }
    let number = try version(asked)
    if number > newest.revision {
      throw .tooLargeResourceVersion(asked, current: newest.revision)
    }
    guard call.query["resourceVersionMatch"] == "Exact" else { return newest }
    return try earlier(
      cache, number, "The resourceVersion for the provided list is too old.")
  }

  /// The state of the pages before, or the newest for a client that was told that it is gone and
  /// goes on all the same.
  private static func continued(_ cache: WatchCache, _ token: ContinueToken, _ now: Timestamp)
    throws(APIError) -> ObjectSnapshot
  {
    guard let revision = token.revision else { return cache.read() }
    var gone = APIError.expired(
      "The provided continue parameter is too old to display a consistent list result. Start a new "
        + "list without it, or go on with the token in this answer's metadata: the list then shows "
        + "what was created, changed or deleted since its first page only from here on.")
    gone.continuation = ContinueToken(after: token.after).text
    guard token.isFresh(now) else { throw gone }
    do throws(StoreError) {
      return try cache.read(at: revision)
    } catch {
      throw gone
    }
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

  private init(
    _ call: APICall, _ media: MediaType, _ runs: [ArraySlice<CachedObject>], _ revision: Revision
  ) {
    self.call = call
    self.media = media
    self.runs = runs
    self.revision = revision
  }

  /// What a deletecollection answers: the objects that it deleted.
  static func deleted(
    _ objects: [CachedObject], revision: Revision, _ call: APICall, _ collection: Collection
  ) -> ListAnswer {
    ListAnswer(call, MediaType(.json), shown([objects[...]], collection), revision)
  }

  /// The objects in the version that was asked for.
  private static func shown(_ runs: [ArraySlice<CachedObject>], _ collection: Collection)
    -> [ArraySlice<CachedObject>]
  {
    collection.versions == nil ? runs : runs.map { $0.map(collection.shown)[...] }
  }

  private static func media(of call: APICall) throws(APIError) -> MediaType {
    let offered: Set<MediaType.Shape> = [.object, .table, .partialMetadataList]
    guard
      let media = MediaType.negotiate(
        accept: call.request.headers["accept"],
        isOffered: {
          offered.contains($0.shape) && $0.fits(call.served.custom, call.path)
        })
    else { throw .notAcceptable }
    if media.shape == .table { try RequestOptions.requireValidTable(call.query) }
    return media
  }

  /// - Throws: 504 for a version that the server has not come to, 400 for one that is none.
  static func requireReached(_ asked: String?, by collection: Collection) throws(APIError) {
    guard let asked, !asked.isEmpty, asked != "0" else { return }
    let newest = collection.cache.read().revision
    if try version(asked) > newest {
      throw .tooLargeResourceVersion(asked, current: newest)
    }
  }

  private static func version(_ text: String) throws(APIError) -> Revision {
    guard let number = UInt64(text) else {
      throw .badRequest(
        "invalid resource version: resourceVersion: Invalid value: \"\(text)\": "
          + "strconv.ParseUint: parsing \"\(text)\": invalid syntax")
    }
    return Revision(number)
  }

  func send(to responder: Responder) {
    var headers = call.served.deprecationFields
    switch media.shape {
    case .table:
      let table = TableAnswer(call).table(
        of: runs.joined().map(\.document), revision: revision, continue: next?.text,
        remaining: remaining)
      responder.send(table, ofKind: .table, as: media.encoding, headers: headers, to: call.request)
    case .partialMetadataList, .partialMetadata:
      var list = Document.emptyObject
      list["kind"] = "PartialObjectMetadataList"
      list["apiVersion"] = "meta.k8s.io/v1"
      list["metadata"] = metadata
      list["items"] = Document(runs.joined().lazy.map { PartialMetadata.of($0.document) })
      responder.send(
        list, ofKind: .partialObjectMetadataList, as: media.encoding, headers: headers,
        to: call.request)
    case .object, .discovery:
      let body = ObjectEncoding.list(
        of: runs, metadata: metadata, call.served, media.encoding)
      headers.add("content-type", media.encoding.rawValue)
      headers.add("cache-control", "no-cache, private")
      responder.send(
        ServerResponse(status: 200, headers: headers, body: body), to: call.request)
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
      message: "Timeout: Too large resource version: \(asked), current: \(current)")
    error.details.retryAfterSeconds = 1
    error.details.causes = [
      Cause(reason: "ResourceVersionTooLarge", message: "Too large resource version", field: "")
    ]
    return error
  }
}

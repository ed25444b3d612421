package import Foundations
package import Resources
import Synchronization

/// A committed object as the watch cache serves it: parsed once, encoded once in each format,
/// shared by every reader. Immutable, but for encodings that are added when first asked for.
package final class CachedObject: Sendable {
  package let key: Key
  /// Empty for objects outside namespaces.
  package let namespace: String
  package let name: String
  package let createRevision: Revision
  /// What `metadata.resourceVersion` says.
  package let modRevision: Revision
  /// With its resource version.
  package let document: Document
  /// The committed bytes with the resource version inserted: compact JSON.
  package let json: [UInt8]
  /// `metadata.labels`; `nil` where the object has none.
  package let labels: Document?
  /// Objects of a cache with the same number have the same labels; 0 says nothing.
  package let labelSet: UInt64
  /// What the cache's index function says of the object (a pod's node name); `nil` without one.
  package let indexValue: String?
  /// Where the resource version stands in `json`.
  private let versionRange: Range<Int>
  private let encodings = EncodingCache()
  /// The object in other versions of its kind, by `apiVersion`, as far as somebody asked for them.
  private let versions = Mutex<[String: (generation: Int, object: CachedObject)]?>(nil)

  private init(
    key: Key, namespace: String, name: String, createRevision: Revision, modRevision: Revision,
    document: Document, json: [UInt8], versionRange: Range<Int>, indexValue: String?,
    labelSet: UInt64
  ) {
    self.key = key
    self.namespace = namespace
    self.name = name
    self.createRevision = createRevision
    self.modRevision = modRevision
    self.document = document
    self.json = json
    self.labels = document[path: "metadata", "labels"]
    self.versionRange = versionRange
    self.indexValue = indexValue
    self.labelSet = labelSet
  }

  /// The object's bytes in a format, made by `encode` the first time and kept.
  package func bytes(
    in format: EncodingFormat, encode: (Document) throws -> [UInt8]
  ) rethrows -> [UInt8] {
    try encodings.bytes(in: format) { try encode(document) }
  }

  /// The object in another version of its kind, made by `convert` the first time and kept. Bounded by
  /// the number of versions that are served.
  /// - Parameters:
  ///   - generation: what was made for another one is made anew.
  ///   - convert: keeps `metadata`.
  package func shown(
    in apiVersion: String, generation: Int = 0, convert: (Document) -> Document
  ) throws(StoredObjectError) -> CachedObject {
    let known = versions.withLock { $0?[apiVersion] }
    if let known, known.generation == generation { return known.object }
    let prepared = try PreparedObject(convert(document))
    let made = try CachedObject(self, reading: prepared)
    return versions.withLock { versions in
      if let known = versions?[apiVersion], known.generation == generation { return known.object }
      versions = (versions ?? [:]).merging([apiVersion: (generation, made)]) { $1 }
      return made
    }
  }

  /// What `shown` made last for a version, and of which generation; `nil` where it never did.
  package func kept(in apiVersion: String) -> (generation: Int, object: CachedObject)? {
    versions.withLock { $0?[apiVersion] }
  }

  /// Memory that the object takes, encodings and versions that were asked for left out.
  var byteCount: Int {
    let overhead = 512
    return overhead + json.count + document.byteCount
  }

  /// The value of a label.
  package func label(_ name: String) -> String? { labels?[name]?.string }
}

extension CachedObject {
  /// - Parameters:
  ///   - prefixByteCount: how much of the key names the resource.
  ///   - prepared: the parsed object, where the writer handed it along.
  ///   - labelSets: those of the cache that it goes into.
  convenience init(
    _ stored: StoredValue, prefixByteCount: Int, prepared: PreparedObject?,
    index: ObjectIndex?, labelSets: LabelSets
  ) throws(StoredObjectError) {
    let frame = try StoredObject.Frame(stored.value)
    let document: Document
    if let prepared {
      document = prepared.document.withResourceVersion(stored.modRevision.description)
    } else {
      document = try StoredObject.parse(stored.value)
        .withResourceVersion(stored.modRevision.description)
    }
    let json = frame.json(of: stored.value, revision: stored.modRevision)
    let added = json.count - (stored.value.count - StoredObject.headerByteCount)
    let path = stored.key.bytes[prefixByteCount...]
    let slash = path.firstIndex(of: UInt8(ascii: "/"))
    self.init(
      key: stored.key,
      namespace: slash.map { String(decoding: path[..<$0], as: UTF8.self) } ?? "",
      name: String(decoding: slash.map { path[($0 + 1)...] } ?? path, as: UTF8.self),
      createRevision: stored.createRevision, modRevision: stored.modRevision, document: document,
      json: json, versionRange: frame.insertionOffset..<frame.insertionOffset + added,
      indexValue: index?(document),
      labelSet: labelSets.number(of: document[path: "metadata", "labels"]))
  }

  /// The same object with another content, which says the same in another version.
  fileprivate convenience init(
    _ object: CachedObject, reading prepared: PreparedObject
  ) throws(StoredObjectError) {
    let frame = try StoredObject.Frame(prepared.bytes)
    let json = frame.json(of: prepared.bytes, revision: object.modRevision)
    let added = json.count - (prepared.bytes.count - StoredObject.headerByteCount)
    self.init(
      key: object.key, namespace: object.namespace, name: object.name,
      createRevision: object.createRevision, modRevision: object.modRevision,
      document: prepared.document.withResourceVersion(object.modRevision.description), json: json,
      versionRange: frame.insertionOffset..<frame.insertionOffset + added,
      indexValue: object.indexValue, labelSet: object.labelSet)
  }

  /// The same content under a later revision: how a deletion tells what was deleted.
  func restamped(at revision: Revision) -> CachedObject {
    let member = StoredObject.resourceVersionMember(
      revision, before: json[versionRange.upperBound])
    let restamped = CachedObject(
      key: key, namespace: namespace, name: name, createRevision: createRevision,
      modRevision: revision, document: document.withResourceVersion(revision.description),
      json: StoredObject.join(
        json[..<versionRange.lowerBound], member, json[versionRange.upperBound...]),
      versionRange: versionRange.lowerBound..<versionRange.lowerBound + member.count,
      indexValue: indexValue, labelSet: labelSet)
    // What was converted before needs no conversion again.
    if let known = versions.withLock({ $0 }) {
      let carried = known.mapValues { ($0.generation, $0.object.restamped(at: revision)) }
      restamped.versions.withLock { $0 = carried }
    }
    return restamped
  }
}

/// Names the group of objects that one kind of watcher follows: pods by the node they run on.
package typealias ObjectIndex = @Sendable (Document) -> String?

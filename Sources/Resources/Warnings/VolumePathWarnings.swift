/// What is told of files of one volume that lie at the same path, or one inside the other: the last one
/// wins, or none can be written.
/// Source: upstream's wording.
enum VolumePathWarnings {
  private struct PlacedFile {
    let path: String
    /// Where it comes from; empty where the volume has one source.
    let source: String

    var told: String { source.isEmpty ? "\"\(path)\"" : "\"\(path)\" (\(source))" }

    func meets(_ other: PlacedFile) -> Bool {
      guard !path.isEmpty, !other.path.isEmpty else { return false }
      return "\(path)/".hasPrefix("\(other.path)/") || "\(other.path)/".hasPrefix("\(path)/")
    }
  }

  static func ofVolumes(_ spec: Document) -> [String] {
    (spec["volumes"] ?? .emptyArray).elements.flatMap { volume in
      let name = volume["name"]?.string ?? ""
      return ofMeetings(files(of: volume["configMap"], ""), name, called(volume["configMap"]))
        + ofMeetings(
          files(of: volume["secret"], ""), name,
          "Secret \"\(volume[path: "secret", "secretName"]?.string ?? "")\"")
        + ofMeetings(files(of: volume["downwardAPI"], ""), name, "DownwardAPI")
        + ofProjection(volume["projected"], name)
    }
  }

  private static func called(_ source: Document?, _ kind: String = "ConfigMap") -> String {
    "\(kind) \"\(source?["name"]?.string ?? "")\""
  }

  private static func ofProjection(_ projection: Document?, _ volume: String) -> [String] {
    let sources = projection?["sources"] ?? .emptyArray
    let empty = sources.elements.filter(\.isEmpty).map { _ in
      "volume \"\(volume)\" (Projected) has no sources provided"
    }
    return empty + ofMeetings(sources.elements.flatMap(projectedFiles), volume, "Projected")
  }

  private static func projectedFiles(_ source: Document) -> [PlacedFile] {
    let token = source["serviceAccountToken"]
    let bundle = source["clusterTrustBundle"]
    let bundleName = (bundle?["name"] ?? bundle?["signerName"])?.string ?? ""
    let certificate = source["podCertificate"]
    return files(of: source["configMap"], called(source["configMap"]))
      + files(of: source["secret"], called(source["secret"], "Secret"))
      + files(of: source["downwardAPI"], "DownwardAPI")
      + file(token?["path"], "ServiceAccountToken")
      + file(bundle?["path"], "ClusterTrustBundle \"\(bundleName)\"")
      + file(certificate?["certificateChainPath"], "PodCertificate chain")
      + file(certificate?["keyPath"], "PodCertificate key")
      + file(certificate?["credentialBundlePath"], "PodCertificate credential bundle")
  }

  private static func files(of source: Document?, _ name: String) -> [PlacedFile] {
    (source?["items"] ?? .emptyArray).elements.flatMap { file($0["path"], name) }
  }

  private static func file(_ path: Document?, _ source: String) -> [PlacedFile] {
    guard var path = path?.string else { return [] }
    while path.hasSuffix("/") { path.removeLast() }
    return [PlacedFile(path: path, source: source)]
  }

  private static func ofMeetings(_ files: [PlacedFile], _ volume: String, _ source: String)
    -> [String]
  {
    files.indices.flatMap { position in
      files[..<position].filter(files[position].meets).map {
        "volume \"\(volume)\" (\(source)): overlapping paths: \(files[position].told) with \($0.told)"
      }
    }
  }
}

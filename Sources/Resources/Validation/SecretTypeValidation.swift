/// What secrets of well-known types hold.
/// Source: Kubernetes documentation, "Secrets", "Types of Secret"; upstream's messages.
enum SecretTypeValidation {
  static func errors(_ secret: Document) -> [FieldError] {
    switch secret["type"]?.string {
    case "kubernetes.io/service-account-token":
      let annotation = "kubernetes.io/service-account.name"
      let name = secret[path: "metadata", "annotations", annotation]?.string ?? ""
      return name.isEmpty ? [.required("metadata.annotations[\(annotation)]")] : []
    case "kubernetes.io/dockercfg": return registry(secret, ".dockercfg")
    case "kubernetes.io/dockerconfigjson": return registry(secret, ".dockerconfigjson")
    case "kubernetes.io/basic-auth":
      // Either alone will do.
      if secret[path: "data", "username"] != nil || secret[path: "data", "password"] != nil {
        return []
      }
      return [.required("data[username]"), .required("data[password]")]
    case "kubernetes.io/ssh-auth":
      // An empty key is none; an empty certificate is upstream's only to warn of.
      if secret[path: "data", "ssh-privatekey"]?.string?.isEmpty == false { return [] }
      return [.required("data[ssh-privatekey]")]
    case "kubernetes.io/tls": return required(["tls.crt", "tls.key"], in: secret)
    default: return []
    }
  }

  private static func required(_ keys: [String], in secret: Document) -> [FieldError] {
    keys.filter { secret[path: "data", $0] == nil }.map { .required("data[\($0)]") }
  }

  private static func registry(_ secret: Document, _ key: String) -> [FieldError] {
    guard var encoded = secret[path: "data", key]?.string else {
      return [.required("data[\(key)]")]
    }
    let isJSON = encoded.withUTF8 { text in
      // Whether it parses is all that is asked.
      Base64Text.isValid(text) && (try? Document(json: Base64Text.decode(text))) != nil
    }
    if isJSON { return [] }
    return [
      .invalid("data[\(key)]", "<secret contents redacted>", "the content is no JSON")
    ]
  }
}

/// The signatures that tokens of others may carry. Neither `none` nor secrets shared with the issuer
/// (`HS256`) are among them. Source: RFC 7518, section 3.1; the list is that of kube-apiserver.
package enum WebTokenAlgorithm: String, CaseIterable, Sendable {
  case rs256 = "RS256"
  case rs384 = "RS384"
  case rs512 = "RS512"
  case ps256 = "PS256"
  case ps384 = "PS384"
  case ps512 = "PS512"
  case es256 = "ES256"
  case es384 = "ES384"
  case es512 = "ES512"
}

//go:build definitions

// Package definitions keeps Istio's API, whose custom resource definitions are applied, among the pinned modules.
package definitions

import _ "istio.io/api/networking/v1"

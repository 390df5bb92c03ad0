//go:build tools

// Package tools keeps in go.mod what is built of Kubernetes.
package tools

import _ "k8s.io/kubernetes/cmd/kubelet"

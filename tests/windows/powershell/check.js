// SPDX-License-Identifier: GPL-3.0-or-later
// check.js FILE.ps1…: parses each by a PowerShell grammar and looks for what every provisioning script must have. No PowerShell runs: whether
// the commands do what they should is seen on Windows only.
'use strict'
const fs = require('fs')
const path = require('path')
const wasm = path.join(__dirname, 'node_modules/@vscode/tree-sitter-wasm/wasm')
const { Parser, Language } = require(path.join(wasm, 'tree-sitter.js'))

// What every script must hold, and why.
const musts = [
    [/^# SPDX-License-Identifier: GPL-3\.0-or-later$/m, 'the licence line'],
    [/^#Requires -Version 5\.1$/m, '#Requires -Version 5.1'],
    [/^<#\n\.SYNOPSIS\n[^]*\n\.DESCRIPTION\n[^]*\n\.EXAMPLE\n[^]*\n#>$/m, 'help: .SYNOPSIS, .DESCRIPTION, .EXAMPLE'],
    [/\[CmdletBinding\(SupportsShouldProcess\b/, 'SupportsShouldProcess'],
    [/\$PSCmdlet\.ShouldProcess\(/, 'a question to ShouldProcess'],
    [/^Set-StrictMode -Version Latest$/m, 'Set-StrictMode -Version Latest'],
    [/^\$ErrorActionPreference = 'Stop'$/m, "$ErrorActionPreference = 'Stop'"],
]

function faults(node, found = []) {
    if (node.isError || node.isMissing) {
        found.push(`line ${node.startPosition.row + 1}, column ${node.startPosition.column + 1}: ${node.isMissing ? 'missing ' + node.type : 'syntax error'}: ` +
            JSON.stringify(node.text.slice(0, 60)))
    } else if (node.hasError) {
        node.children.forEach(child => faults(child, found))
    }
    return found
}

// Parameters that are declared must be described, and the other way round.
function parameters(text) {
    const block = /\nparam\(\n([^]*?)\n\)\n/.exec(text)
    const declared = block ? [...block[1].matchAll(/\$(\w+)(?= *(?:=|,|$))/gm)].map(m => m[1]) : []
    const described = [...text.matchAll(/^\.PARAMETER (\w+)$/gm)].map(m => m[1])
    return [...declared.filter(p => !described.includes(p)).map(p => `parameter ${p} is not described`),
        ...described.filter(p => !declared.includes(p)).map(p => `parameter ${p} is described, but not declared`)]
}

// A script that tells what is set must look at whatever it sets itself: else it calls well what it would have mended.
function unread(text) {
    const set = [...text.matchAll(/ in @\{([^}]*)\}\.GetEnumerator\(\)/g)].flatMap(m => [...m[1].matchAll(/(\w+) *=/g)].map(n => n[1]))
    return /^function Get-Setting\b/m.test(text) ? set.filter(name => !text.includes(`Get-Setting '${name}'`)).map(name => `${name} is set, but never looked at`) : []
}

async function main() {
    await Parser.init({ locateFile: name => path.join(wasm, name) })
    const parser = new Parser()
    parser.setLanguage(await Language.load(path.join(wasm, 'tree-sitter-powershell.wasm')))
    // The grammar must see a fault where there is one, or it proves nothing.
    if (faults(parser.parse('function A { if ($x) { Get-Item }\n').rootNode).length === 0) {
        throw new Error('the grammar accepts a script that is not closed')
    }
    const files = process.argv.slice(2)
    let bad = 0
    for (const file of files) {
        const text = fs.readFileSync(file, 'utf8')
        const found = faults(parser.parse(text).rootNode)
        for (const [pattern, name] of musts) {
            if (!pattern.test(text)) found.push(`without ${name}`)
        }
        found.push(...parameters(text), ...unread(text))
        if (/[^\x00-\x7f]/.test(text)) found.push('not plain ASCII: PowerShell 5.1 reads a file without BOM in the old code page')
        found.forEach(line => console.log(`${path.basename(file)}: ${line}`))
        bad += found.length
    }
    console.log(`${files.length} scripts, ${bad} faults`)
    process.exitCode = files.length > 0 && bad === 0 ? 0 : 1
}

main().catch(error => { console.error(error); process.exit(1) })

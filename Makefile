# With Python 3.11 or newer and make, nothing else: `make run` serves, `make test` checks.
# Works with GNU make 3.81 and a POSIX shell. Every variable below can be set on the command line.

HOST = 127.0.0.1
PORT = 8000
CORPUS = corpus
DATA = .youju
VENV = .venv
WORKERS = 2
SOAK = 1
UV_VERSION = 0.13.9

# The first interpreter on the path that is new enough; PYTHON=… names another one.
NEW_ENOUGH = import sys; sys.exit(sys.version_info < (3, 11))
PYTHON = $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if "$$name" -c '$(NEW_ENOUGH)' 2>/dev/null; then echo "$$name"; break; fi; done)

IN_VENV = $(VENV)/bin/python
PIP_INSTALL = $(IN_VENV) -m pip install --quiet --disable-pip-version-check
# jieba is published as source only. Its build uses the pinned setuptools of requirements-build.lock;
# an isolated build would fetch one that no hash guards.
LOCKED = --require-hashes --use-pep517 --no-build-isolation
YOUJU = $(IN_VENV) -m app.cli
PLACES = --corpus "$(CORPUS)" --data "$(DATA)"
COMPILE_LOCK = "$$uv/bin/uv" pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --no-annotate $(LOCK_FLAGS)

.DEFAULT_GOAL := help
# The checks of `make test` run in the order in which they are listed, also under -j.
.NOTPARALLEL:
.PHONY: help setup setup-chat setup-dev run index ask search test lint types architecture unit evaluate bench bench-near-misses bench-engines bench-large soak lock clean

help:  ## 列出全部命令
	@echo "用法：make 命令 [变量=值]    例如：make run PORT=9000"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

setup: $(VENV)/.project  ## 建立 .venv，按锁定的哈希安装运行所需的包

setup-chat: $(VENV)/.chat  ## 同上，另装聊天平台所需的包

setup-dev: $(VENV)/.dev  ## 同上，另装测试所需的包

run: $(VENV)/.project  ## 建立索引并在 HOST:PORT 上提供服务
	@$(YOUJU) serve --host "$(HOST)" --port "$(PORT)" $(PLACES)

index: $(VENV)/.project  ## 只建立或更新索引
	@$(YOUJU) index $(PLACES)

# The question reaches the shell through the environment, so that no character of it is special.
ask: $(VENV)/.project  ## 提一个问题：make ask Q='全州教育总投入是多少？'
	@test -n "$${Q-}" || { echo "请给出问题：make ask Q='……'" >&2; exit 2; }
	@$(YOUJU) ask $(PLACES) -- "$$Q" || test $$? -eq 3  # 3: refused, which is a reply

search: $(VENV)/.project  ## 搜索原文：make search Q='教育投入'
	@test -n "$${Q-}" || { echo "请给出检索词：make search Q='……'" >&2; exit 2; }
	@$(YOUJU) search $(PLACES) -- "$$Q"

test: lint types architecture unit evaluate  ## 运行全部检查

lint: $(VENV)/.dev  ## 格式与静态检查（ruff）
	$(IN_VENV) -m ruff format --check .
	$(IN_VENV) -m ruff check .

types: $(VENV)/.dev  ## 类型检查（mypy --strict）
	$(IN_VENV) -m mypy

# Alone and without fixtures: a circular import would break those first and hide the clear message.
architecture: $(VENV)/.dev  ## 架构测试：谁可以导入谁
	$(IN_VENV) -m pytest --noconftest tests/test_architecture.py

unit: $(VENV)/.dev  ## 其余测试
	$(IN_VENV) -m pytest -n $(WORKERS) --ignore=tests/test_architecture.py

evaluate: $(VENV)/.dev  ## 样例问题的评测，低于下限即失败
	$(YOUJU) eval tests/questions/sample.jsonl --floors tests/questions/floors.json --as-of 2024-05-01

bench: $(VENV)/.dev  ## 测量速度与回答质量（YOUJU_BENCH_DIR 指明外部评测集）
	@for script in benchmarks/[a-z]*.py; do \
		test -f "$$script" || continue; \
		echo "$$script"; $(IN_VENV) "$$script" || exit 1; \
	done

bench-near-misses: $(VENV)/.dev  ## 由可答的题生成不可答的近似题，测拒答与更正
	$(IN_VENV) benchmarks/near_misses.py

# Numbers of passages; BENCH_FLAGS="--work FOLDER" keeps corpora and indexes between runs.
ENGINE_SIZES = 10000 100000
SCALE_SIZES = 10000 100000 1000000
RESULTS = benchmarks/results

bench-engines: $(VENV)/.dev  ## 与 rank-bm25、bm25s、SQLite FTS5、tantivy 比，结果写入 docs/benchmarks.md
	$(IN_VENV) benchmarks/engines.py --passages $(ENGINE_SIZES) --save $(RESULTS) $(BENCH_FLAGS)
	$(IN_VENV) benchmarks/plot.py --results $(RESULTS)

bench-large: $(VENV)/.dev  ## 整个服务在一万、十万、一百万段上的速度、内存与磁盘，要一小时以上
	$(IN_VENV) benchmarks/scale.py --passages $(SCALE_SIZES) --fresh --save $(RESULTS) $(BENCH_FLAGS)
	$(IN_VENV) benchmarks/engines.py --passages $(lastword $(SCALE_SIZES)) --fields both --rounds 1 \
		--save $(RESULTS) $(BENCH_FLAGS)
	$(IN_VENV) benchmarks/plot.py --results $(RESULTS)

# Hours, on files in memory where there are such: a disk would be worn, and is not what is tested.
soak: $(VENV)/.dev  ## 久测：断电、坏盘、坏文件、边写边问（SOAK=0.1 缩短为十分之一）
	PYTHONPATH=. $(IN_VENV) tests/library/soak.py "$(SOAK)"

lock:  ## 重新生成锁文件；LOCK_FLAGS=--upgrade 取最新版本
	@$(CHECK_PYTHON)
	@uv=$$(mktemp -d) && trap 'rm -rf "$$uv"' EXIT && \
	"$(PYTHON)" -m venv "$$uv" && \
	"$$uv/bin/python" -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION) && \
	"$(PYTHON)" -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")' \
		> "$$uv/build.in" && \
	$(COMPILE_LOCK) "$$uv/build.in" -o requirements-build.lock && \
	$(COMPILE_LOCK) pyproject.toml -o requirements.lock && \
	$(COMPILE_LOCK) pyproject.toml --extra dev -c requirements.lock -o requirements-dev.lock && \
	$(COMPILE_LOCK) pyproject.toml --extra chat -c requirements-dev.lock -o requirements-chat.lock
	@if grep -nE '://|^ *--?(index-url|extra-index-url|find-links|i|f)' requirements*.lock; then \
		echo "锁文件里不能有软件源地址。" >&2; exit 1; fi

clean:  ## 删除 .venv 与各种缓存；语料和数据目录不动
	rm -rf "$(VENV)" build dist ./*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find app tests benchmarks tools -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamp files: each is newer than what it was made from, so that a second run does nothing.

CHECK_PYTHON = "$(PYTHON)" -c '$(NEW_ENOUGH)' 2>/dev/null || { \
	echo "需要 Python 3.11 或更新的版本；找到的是：$$("$(or $(PYTHON),python3)" --version 2>&1 || true)" >&2; \
	echo "请安装，或指明：make PYTHON=/usr/local/bin/python3.12 $(or $(MAKECMDGOALS),setup)" >&2; exit 1; }

$(VENV)/.tools: requirements-build.lock
	@$(CHECK_PYTHON)
	@echo "建立 $(VENV)（$$("$(PYTHON)" --version)）"
	@"$(PYTHON)" -m venv "$(VENV)" || { \
		echo "无法建立虚拟环境；Debian、Ubuntu 上请先安装 python3-venv。" >&2; exit 1; }
	@$(PIP_INSTALL) --require-hashes -r requirements-build.lock
	@touch $@

$(VENV)/.run: requirements.lock $(VENV)/.tools
	@echo "安装运行所需的包（requirements.lock）"
	@$(PIP_INSTALL) $(LOCKED) -r requirements.lock
	@touch $@

# Without network: all that the project needs is there by now.
$(VENV)/.project: pyproject.toml $(VENV)/.run
	@$(PIP_INSTALL) --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.chat: requirements-chat.lock $(VENV)/.project
	@echo "安装聊天平台所需的包（requirements-chat.lock）"
	@$(PIP_INSTALL) $(LOCKED) -r requirements-chat.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.project
	@echo "安装测试所需的包（requirements-dev.lock）"
	@$(PIP_INSTALL) $(LOCKED) -r requirements-dev.lock
	@touch $@

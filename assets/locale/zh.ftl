# Words of the window. Numbers come with their units from the program, already written; keep both files in step.
# `x-hint` is the longer line of a tooltip.

## Everywhere

start = 开始
not-a-device = 培训与研究工具，非医疗器械
settings = 设置
open = 打开…
open-hint = 打开病例文件
back = 返回
back-hint = 返回病例列表
resume = 继续
compare = 对比
drill = 练习
undo = 撤销
redo = 重做
close = 关闭
search = 搜索
yes = 是
no = 否
procedure-pvp = PVP
procedure-pkp = PKP
mode-guided = 引导
mode-practice = 练习
mode-exam = 考核
sex-f = 女
sex-m = 男

## Debrief: time

debrief-key-space = 空格
what-if-cancel = 取消
debrief-play = 播放
debrief-pause = 暂停
debrief-speed = 播放速度
debrief-time = 手术时间
debrief-nothing-injected = 未注入骨水泥，没有曲线
event-lateral = 侧位片
event-ap = 正位片
event-tool = 器械或球囊
event-mix = 调和骨水泥
event-push = 推注
event-pause = 暂停
event-leak = { $class } 型渗漏开始
event-stop = 注射结束
plot-pressure = 压力
plot-syringe = 注射器
plot-tip = 针尖
plot-volume = 体积
plot-injected = 已注入
plot-viscosity = 黏度
plot-leaked = 渗漏量

## Debrief: pictures

debrief-ap = 正位
debrief-lateral = 侧位
debrief-as-seen = 当时所见
debrief-truth = 此刻真相
debrief-no-picture-yet = 此时尚未拍片
debrief-picture-in-the-making = 正在成像…

## Debrief: facts and leaks

debrief-paths = 通道：分级与工具周围最小骨质
debrief-left = 左侧
debrief-right = 右侧
debrief-figures = 数据
debrief-goals = 病例要求
goal-met = 达到
goal-missed = 未达到
debrief-leaks = 渗漏
debrief-no-leak = 骨水泥未渗出骨外
debrief-why = 为什么？
debrief-why-hint = 在三维与影像上显示骨水泥的路径
debrief-report = 报告
debrief-report-hint = 将报告保存为文件
debrief-again = 再来一次
debrief-again-hint = 重做此病例
debrief-curves = 曲线
leak-onset = 始于 { $time }，已注入 { $ml } ml
leak-seen = 可见
leak-unseen = 不可见
why-vein = 注入 { $ml } ml 后，骨水泥在距针尖 { $mm } mm 处进入静脉“{ $route }”。
why-vein-size = 该处静脉半径 { $radius } mm；骨水泥沿静脉行进 { $along } mm，注入 { $ml } ml 后离开骨。
why-opening = 出口“{ $route }”距针尖 { $mm } mm；骨水泥行进 { $along } mm，注入 { $ml } ml 后离开骨。
why-open-bone = 沿途骨质疏松，渗透率为椎体中位值的 { $times } 倍。
why-tight-bone = 沿途骨质致密，渗透率为椎体中位值的 { $times } 倍。
why-usual-bone = 沿途骨质渗透率与椎体其他部位相近（{ $times } 倍）。
why-unknown = 这部分骨水泥的路径不明
figure-leaked = 渗漏总量
figure-leaked-b = B 型渗漏（椎基底静脉）
figure-leaked-s = S 型渗漏（节段静脉）
figure-leaked-c = C 型渗漏（皮质缺损）
figure-leaked-d = D 型渗漏（椎间盘）
figure-leaked-t = T 型渗漏（沿针道）
figure-first-leak = 首次渗漏时注入量
figure-injected = 注入量
figure-in-body = 椎体内
figure-fill = 椎体充填率
figure-tip-pressure = 针尖最高压力
figure-syringe-pressure = 注射器最高压力
figure-viscosity = 首次推注时黏度
figure-age = 首次推注时骨水泥时间
figure-cavity = 空腔
figure-balloon-pressure = 球囊最高压力
figure-margin = 工具周围最小骨质
figure-pictures = 拍片数
figure-dose = 剂量面积乘积
figure-time = 时间

## What if

what-if = 如果
what-if-later = 晚 { $seconds } 秒
what-if-later-tip = 同样的操作，骨水泥更稠：每次推注都推迟
what-if-deeper = 针尖再进 { $mm } mm
what-if-deeper-tip = 同样的操作，针尖沿原方向更深
what-if-product = 换骨水泥
what-if-product-tip = 同样的操作，使用旁边所选的骨水泥
what-if-procedure = 改做 { $procedure }
what-if-procedure-tip = 沿相同通道由脚本完成另一种术式
what-if-replayed = 您的操作加上此改变后重放
what-if-scripted = 由脚本执行改变后的计划
what-if-yours = 原来
what-if-changed = 改变后
what-if-difference = 差异
what-if-failed = 无法进行：{ $because }

## Compare

compare-figures = 并列比较；不同的行以颜色标出
compare-waiting = 两个模拟正在进行…
compare-failed = 没有结果：{ $because }
compare-switches = 后凸成形术的四个差异
switch-shell = 压实骨壁
switch-shell-hint = 球囊压实的空腔周围骨质更致密
switch-cavity = 空腔
switch-cavity-hint = 球囊形成的空间
switch-timing = 更稠的骨水泥
switch-timing-hint = 骨水泥更稠时才推注
switch-volume = 空腔的体积
switch-volume-hint = 骨水泥不超过空腔容积
compare-all-off = 四项全关时，后凸成形术即为椎体成形术

## Drill

drill-title = 后壁
drill-what-to-do = 看两张片子：这根针可以继续进吗？
drill-leave-tip = 返回病例列表（Esc）
drill-leave = 离开
drill-tally = { $asked } 题对 { $right } · 中位 { $seconds } 秒 · 漏判内侧突破 { $missed }
drill-waiting = 正在准备患者…
drill-failed = 没有题目：{ $because }
drill-ap = 正位
drill-lateral = 侧位
drill-axial = 真相：针尖处轴位
drill-advance = 继续进针
drill-stop = 停止：过于偏内
drill-redirect = 调整方向：将会偏内
drill-answer-tip = 按键 { $key }
drill-seconds-left = { $seconds } 秒
drill-right = 正确
drill-wrong = 错误
drill-too-late = 超时
drill-truth = 答案：{ $answer }
drill-who = { $level }，{ $side }椎弓根
drill-behind-wall = 针尖在后壁后方 { $mm } mm
drill-past-wall = 针尖已过后壁 { $mm } mm
drill-medial-bone = 距内侧壁尚有 { $mm } mm 骨质
drill-through-medial = 针已突破内侧壁 { $mm } mm
drill-canal = 椎管距针 { $mm } mm
drill-in-canal = 针已进入椎管 { $mm } mm
drill-rule-kept = 继续进针，针尖符合双平面规则
drill-rule-broken = 轴线在 { $ago } mm 前已违反双平面规则，最多 { $past } mm
drill-rule-will-break = 再进 { $ahead } mm，轴线将违反双平面规则，最多 { $past } mm
drill-next = 下一题
drill-next-tip = 下一位患者（回车或空格）
